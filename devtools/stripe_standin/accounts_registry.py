"""All accounts, one for each API key, so that tests do not affect one another. A file can store them."""

import json
import re
from pathlib import Path
from threading import Event, RLock

from devtools.stripe_standin.account import Account
from devtools.stripe_standin.objects import ApiError, Json

KEY = re.compile(r"(sk|rk|pk)_(test|live)_(\w{1,64})")


class AccountsRegistry:
    def __init__(self, pages: str = "", switches: Json | None = None, file: Path | None = None):
        self.pages = pages
        """The public address of the hosted pages."""
        self.stopping = Event()
        self._switches = switches or {}
        """The switches of new accounts."""
        self._file = file
        self._lock = RLock()
        self._accounts: dict[str, Account] = {}
        if file and file.exists():
            for name, kept in json.loads(file.read_text()).items():
                self._accounts[name] = Account(name, pages, self.stopping, kept)
                self._accounts[name].switches |= self._switches

    def by_api_key(self, key: str) -> tuple[Account, bool]:
        """Return the key's account, and whether the key is publishable. The account's name follows sk_test_."""
        found = KEY.fullmatch(key)
        if not found:
            raise ApiError(401, "Invalid API Key provided.", saved=False)
        return self.account(found[3]), found[1] == "pk"

    def account(self, name: str) -> Account:
        with self._lock:
            if name not in self._accounts:
                self._accounts[name] = Account(
                    name, self.pages, self.stopping, {"switches": self._switches}
                )
            return self._accounts[name]

    def remove(self, name: str) -> None:
        with self._lock:
            self._accounts.pop(name, None)

    def accounts(self) -> list[Account]:
        with self._lock:
            return list(self._accounts.values())

    def find_owner(self, kind: str, object_id: str) -> Account | None:
        for account in self.accounts():
            if object_id in account.objects[kind]:
                return account
        return None

    def save(self) -> None:
        """Write the whole file or nothing, after each change."""
        if not self._file:
            return
        with self._lock:
            content = {}
            for account in self._accounts.values():
                with account.lock:
                    content[account.name] = json.loads(json.dumps(account.to_json()))
            self._file.parent.mkdir(parents=True, exist_ok=True)
            unfinished = self._file.with_suffix(".new")
            unfinished.write_text(json.dumps(content))
            unfinished.replace(self._file)
