"""netmod: network configuration and link-encryption compliance for regulated networks."""

__version__ = "0.1.0"
