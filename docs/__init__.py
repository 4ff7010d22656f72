"""What makes and keeps the documentation: `python -m docs.refresh`."""
