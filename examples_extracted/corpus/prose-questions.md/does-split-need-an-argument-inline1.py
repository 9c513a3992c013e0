"  a  b ".split()
