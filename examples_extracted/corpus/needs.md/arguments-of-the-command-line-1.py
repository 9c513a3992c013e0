import sys

len(sys.argv)          # 1 (just the name of the script)
sys.argv[1:]           # []
