"""truedoc runs the Python examples of documents and says which of their claims are true.

The command is `truedoc`, or `python -m truedoc`.
"""
