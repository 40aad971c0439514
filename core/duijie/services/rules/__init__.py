"""The mechanics of follow-up rules: the facts they hang on, arming, who is meant, texts, acts."""
