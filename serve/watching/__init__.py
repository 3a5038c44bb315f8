"""How the service is: health, metrics, logs, and what ends a stuck one."""
