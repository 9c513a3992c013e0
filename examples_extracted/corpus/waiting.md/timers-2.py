import asyncio

async def say(word, delay):
    await asyncio.sleep(delay)
    print(word)

async def main():
    await asyncio.gather(say("late", 0.1), say("early", 0.01))

asyncio.run(main())
# late
# early
