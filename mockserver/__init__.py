"""The mock operator: a Connexion application that is routed, secured and answered by the OpenAPI document."""
