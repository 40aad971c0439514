"""Where a channel may connect to: the internet, and what the administrator allows of the own network by name."""

import ipaddress
import socket
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_LOCAL_NAT64: Final = ipaddress.IPv6Network("64:ff9b:1::/48")
_LAST_32: Final = 2**32 - 1


class NotAllowed(Exception):
    """The address may not be used, in words of both languages for the log and for who tries it.

    They never hold the address's path, which is secret.
    """

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} / {en}")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes: ``host`` as it was written, ``places`` the checked addresses to connect to, in order.

    ``path`` is the address's path and query.
    """

    secure: bool
    host: str
    port: int
    places: tuple[str, ...]
    path: str


def target(address: str, allowed: str) -> Target:
    """What to connect to for ``address``; ``allowed`` is the administrator's list, a line for each host or network.

    The name is looked up here, once, and the connection goes to what was found: a name that answers differently
    a moment later gains nothing. Raises NotAllowed, or OSError when the name is not found.
    """
    parts = _parts(address)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    names, networks = _allowed(allowed)
    found = tuple(str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    numbers = [ipaddress.ip_address(one.partition("%")[0]) for one in found]
    own = host in names or all(_within(number, networks) for number in numbers)
    if not own and not all(map(is_public, numbers)):
        raise NotAllowed(f"{host} 在内网，还没有允许；如确需连接，请系统管理员在“插件 → 群机器人与 Webhook”中加入",
                         f"{host} lies in an inner network and is not allowed; a system administrator can add it on the "
                         "page of the plugin “Group robots and webhooks”")
    if not own and parts.scheme != "https":
        raise NotAllowed(f"{host} 不在内网，地址须以 https:// 开头", f"{host}: outside the own network only https is used")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme == "https", host, port, found, path)


def is_public(address: Address) -> bool:
    """Whether ``address`` is on the internet, also where an IPv4 address hides in an IPv6 one."""
    if isinstance(address, ipaddress.IPv6Address):
        if inner := _inner(address):
            return is_public(inner)
        if address in _LOCAL_NAT64 or address.is_site_local:
            return False
    return address.is_global and not address.is_multicast


def _inner(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 one leads to: mapped, compatible, NAT64, 6to4, Teredo."""
    if address in _NAT64 or int(address) <= _LAST_32:
        return ipaddress.IPv4Address(int(address) & _LAST_32)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)


def _parts(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        raise NotAllowed("地址读不出来，请重新粘贴", "the address cannot be read; paste it again") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise NotAllowed("地址须以 https:// 开头，后面是主机名", "the address must begin with https:// and name a host")
    if parts.username is not None or parts.password is not None:
        raise NotAllowed("地址里不能带用户名或密码", "the address must not hold a name or password")
    if not address.isascii() or any(ord(sign) <= 32 or ord(sign) == 127 for sign in address):
        raise NotAllowed("地址只能用英文字母、数字和符号，不能有空格", "the address must hold plain letters only, without spaces")
    return parts


def _allowed(words: str) -> tuple[set[str], list[ipaddress.IPv4Network | ipaddress.IPv6Network]]:
    """Names and networks of the list; a line that is no network is a name."""
    names, networks = set(), []
    for word in words.replace(",", " ").lower().split():
        try:
            networks.append(ipaddress.ip_network(word, strict=False))
        except ValueError:
            names.add(word)
    return names, networks


def _within(address: Address, networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> bool:
    return any(address.version == network.version and address in network for network in networks)
