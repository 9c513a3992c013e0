beos.beep()
