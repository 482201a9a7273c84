"""Who may sign in: users of the pool that the stack makes."""

from __future__ import annotations

import secrets
import string
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from cyclorama.aws_failures import code_of, words_of
from cyclorama.errors import Conflict, InvalidRequest, Unauthorized

if TYPE_CHECKING:
    from collections.abc import Callable

    from cyclorama.aws.deploy.cloud import Cloud
    from cyclorama.aws.deploy.telling import Teller

LETTERS = 20  # about 115 bits
SIGNS = "-_.+=!"
KINDS = (string.ascii_lowercase, string.ascii_uppercase, string.digits, SIGNS)
READY = "CONFIRMED"


def first(cloud: Cloud, pool: str, user: str, teller: Teller) -> bool:
    """Have somebody who may sign in; whether that is a new user, whose password was shown.

    A user whose password was never set is left from a run that was broken off, and gets one.
    """
    with cloud.people.asking("the users") as client:
        there = client.list_users(UserPoolId=pool, Limit=60)["Users"]
    if any(each.get("UserStatus") == READY for each in there):
        return False
    set_password(cloud, pool, user, teller)
    return True


def set_password(cloud: Cloud, pool: str, user: str, teller: Teller) -> bool:
    """Give a user a new password and show it; whether the user is new, too."""
    new = _add(cloud, pool, user)
    password = generate()
    try:
        with cloud.people.asking(f"the user {user}") as client:
            client.admin_set_user_password(UserPoolId=pool, Username=user, Password=password, Permanent=True)
    except KeyboardInterrupt:
        teller.password(user, password)  # it may be good by now, and nobody else knows it
        raise
    teller.password(user, password)
    return new


def generate() -> str:
    """Return a new password, with letters, digits and signs."""
    while True:
        password = "".join(secrets.choice("".join(KINDS)) for _ in range(LETTERS))
        if all(any(letter in kind for letter in password) for kind in KINDS):
            return password


def access_token(
    cloud: Cloud, pool: str, client_id: str, user: str, password: str, code: Callable[[], str]
) -> str:
    """Sign somebody in and return their access token; `code` asks for that of a second factor.

    Raises:
        Unauthorized: name and password do not fit.
        Conflict: they have to sign in by the page first.
        InvalidRequest: the pool does not let scripts sign in.
    """
    with cloud.people.asking("signing in") as client:
        try:
            answer = client.admin_initiate_auth(
                UserPoolId=pool,
                ClientId=client_id,
                AuthFlow="ADMIN_USER_PASSWORD_AUTH",
                AuthParameters={"USERNAME": user, "PASSWORD": password},
            )
        except ClientError as error:
            why = code_of(error)
            if why in {"NotAuthorizedException", "UserNotFoundException"}:
                raise Unauthorized(
                    f"Nobody is called {user!r} with that password. `cyclorama aws user {user}` sets a "
                    "new one."
                ) from error
            if why == "InvalidParameterException":
                raise InvalidRequest(
                    f"The user pool does not let scripts sign in so. Amazon says: {words_of(error)}"
                ) from error
            if why in {"UserNotConfirmedException", "PasswordResetRequiredException"}:
                raise Conflict(_by_page(user)) from error
            raise
        if answer.get("ChallengeName") == "SOFTWARE_TOKEN_MFA":
            try:
                answer = client.admin_respond_to_auth_challenge(
                    UserPoolId=pool,
                    ClientId=client_id,
                    ChallengeName="SOFTWARE_TOKEN_MFA",
                    Session=answer["Session"],
                    ChallengeResponses={"USERNAME": user, "SOFTWARE_TOKEN_MFA_CODE": code()},
                )
            except ClientError as error:
                if code_of(error) in {
                    "CodeMismatchException",
                    "ExpiredCodeException",
                    "NotAuthorizedException",
                }:
                    raise Unauthorized(
                        "The code of the second factor is wrong or too old. Try again."
                    ) from error
                raise
    if "AuthenticationResult" not in answer:
        raise Conflict(_by_page(user))
    return answer["AuthenticationResult"]["AccessToken"]


def _by_page(user: str) -> str:
    return (
        f"{user} cannot sign in by name and password alone. Sign in at the studio's page once; or "
        f"`cyclorama aws user {user}` sets a new password."
    )


def _add(cloud: Cloud, pool: str, user: str) -> bool:
    more: Any = {}
    if "@" in user:
        more = {
            "UserAttributes": [{"Name": "email", "Value": user}, {"Name": "email_verified", "Value": "true"}]
        }
    with cloud.people.asking(f"the user {user}") as client:
        try:
            client.admin_create_user(UserPoolId=pool, Username=user, MessageAction="SUPPRESS", **more)
        except ClientError as error:
            if code_of(error) == "UsernameExistsException":
                return False
            if code_of(error) == "InvalidParameterException":
                raise InvalidRequest(
                    f"A user cannot be called {user!r} here. Amazon says: {words_of(error)}"
                ) from error
            raise
    return True
