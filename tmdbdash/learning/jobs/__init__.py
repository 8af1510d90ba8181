"""What the commands ask of learning: train, predict, explain, estimate, analyse, forecast.

The only room of learning that knows the store.
"""
