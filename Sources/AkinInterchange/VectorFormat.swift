// Reading vectors made elsewhere.
