"""The parts of a site's plan. Data only; `hub.core.site` names them all."""
