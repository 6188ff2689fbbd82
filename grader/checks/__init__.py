"""One file per check, named as in lab.yaml. The registry is `grader/checks/registry.py`."""
