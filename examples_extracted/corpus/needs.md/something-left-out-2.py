settings = {"host": "here", ...more}
