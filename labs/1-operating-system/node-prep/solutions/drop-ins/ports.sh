systemctl mask --now fleet-agent.socket
