"""The bus: MQTT to the engine and back, on two connections.

address       where the broker is, and as whom the hub speaks to it
conversation  alarms, health, commands: aiomqtt, on the event loop
scans         scans: paho, in a thread of its own, so that no flood of them delays an alarm
scan_queue    what waits between that thread and the engine
mqtt_bus      the two together: the port `Devices`

Both connections begin with a clean session. What must not be lost is sent again by the outboxes
of the devices; what a broker kept for a hub that was away would come as a flood of old news.
After each connection the hub subscribes before anything else, and says again what it had
retained, because the broker may have been started anew and does not remember.
"""

from hub.adapters.bus.address import BrokerAddress, broker_address
from hub.adapters.bus.mqtt_bus import MqttBus

__all__ = ["BrokerAddress", "MqttBus", "broker_address"]
