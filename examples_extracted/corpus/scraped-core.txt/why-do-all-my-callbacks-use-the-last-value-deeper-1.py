# The name is looked up at the call:
calls = []
for step in range(3):
    calls.append(lambda: step)

[c() for c in calls]     # [2, 2, 2]
step = 50
calls[0]()               # 50 — still the same global name

# Bind the value now, with a default:
calls = [lambda step=step: step for step in range(3)]
[c() for c in calls]     # [0, 1, 2]
