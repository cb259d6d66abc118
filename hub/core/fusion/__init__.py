"""Scans to tracks. Each module imports only upstream.

camera -> measurement -> kalman -> gating -> association -> lifecycle -> tracks -> tracker
"""
