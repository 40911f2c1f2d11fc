"""The only HTTP client: which addresses may be called, size and time caps, redirects."""

from forewarn.net.client import USER_AGENT as USER_AGENT
from forewarn.net.client import Client as Client
from forewarn.net.failures import NetError as NetError
from forewarn.net.failures import PrivateAddressError as PrivateAddressError
from forewarn.net.limits import DOWNLOAD as DOWNLOAD
from forewarn.net.limits import PAGE as PAGE
from forewarn.net.limits import Limits as Limits
from forewarn.net.reading import Digest as Digest
