systemctl stop fleet-agent.socket
