import asyncio
from contextvars import ContextVar

user = ContextVar("user", default="nobody")

async def act(name):
    user.set(name)
    await asyncio.sleep(0)
    return user.get()

async def main():
    return await asyncio.gather(act("ann"), act("ben"))

asyncio.run(main())        # ['ann', 'ben']
user.get()                 # 'nobody'
