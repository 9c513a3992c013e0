from future_python import everything
