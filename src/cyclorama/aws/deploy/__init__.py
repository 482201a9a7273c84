"""The studio on AWS: put up, looked after and taken down again.

Nothing here prints or asks: whoever calls passes a `Teller`. Every step can be broken off at any moment and
done again.
"""
