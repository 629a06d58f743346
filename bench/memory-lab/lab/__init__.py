"""The memory lab: a real sidecar in a container's cgroup, and traffic that makes it take memory."""
