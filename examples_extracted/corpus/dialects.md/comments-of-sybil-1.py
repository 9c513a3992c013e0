fetch_the_weather()
