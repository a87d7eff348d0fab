"""Load on an implementation, made by Locust, every answer judged. Locust is imported by `locustfile` alone."""
