systemctl disable --now fleet-agent.socket
