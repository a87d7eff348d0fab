"""The provider's side: notifications sent as Lucky Monaco would send them, and every answer judged."""
