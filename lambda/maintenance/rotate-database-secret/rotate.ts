/** Gives a PostgreSQL login a new password, in the four steps that Secrets Manager asks for (requirement A8). */

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html */
export interface RotationEvent {
  SecretId: string;
  /** Id of the secret's version that this rotation makes. */
  ClientRequestToken: string;
  Step: string;
}

/** What a secret holds. */
export interface Login {
  username: string;
  password: string;
}

/** The versions of secrets. */
export interface SecretVersions {
  /** The login in force. */
  current(secret: string): Promise<Login>;
  /** The login that this rotation made, or null before it did. */
  pending(secret: string, version: string): Promise<Login | null>;
  /** Writes the login that this rotation makes. */
  propose(secret: string, version: string, login: Login): Promise<void>;
  /** Puts a version in force; the one before it remains as the previous one. */
  promote(secret: string, version: string): Promise<void>;
}

/** The database server. */
export interface Server {
  /** Rejects when the login is refused. */
  logIn(login: Login): Promise<void>;
  /** Sets the password of `login.username`, logged in as `admin`. Rejects when there is no such role. */
  setPassword(admin: Login, login: Login): Promise<void>;
}

export interface RotationTools {
  secrets: SecretVersions;
  server: Server;
  newPassword: () => string;
  /** The secret of the login that may set passwords; its own rotation uses the password it has. */
  adminSecret: string;
}

/** Does one step. Each may be repeated: Secrets Manager calls again after a failure. */
export async function rotate(
  { SecretId, ClientRequestToken, Step }: RotationEvent,
  tools: RotationTools,
): Promise<void> {
  const { secrets, server } = tools;
  switch (Step) {
    case 'createSecret': {
      if (await secrets.pending(SecretId, ClientRequestToken)) return;
      const login = await secrets.current(SecretId);
      return secrets.propose(SecretId, ClientRequestToken, { ...login, password: tools.newPassword() });
    }
    case 'setSecret': {
      const login = await proposed(secrets, SecretId, ClientRequestToken);
      // The admin's secret may be this one: after a repeated step its current password is the old one, which no longer works.
      if (await works(server, login)) return;
      return server.setPassword(await secrets.current(tools.adminSecret), login);
    }
    case 'testSecret':
      return server.logIn(await proposed(secrets, SecretId, ClientRequestToken));
    case 'finishSecret':
      return secrets.promote(SecretId, ClientRequestToken);
    default:
      throw new Error(`Step is "${Step}": allowed is createSecret, setSecret, testSecret or finishSecret`);
  }
}

async function proposed(secrets: SecretVersions, secret: string, version: string): Promise<Login> {
  const login = await secrets.pending(secret, version);
  if (!login) throw new Error(`Secret ${secret} has no version ${version} yet: createSecret comes first`);
  return login;
}

async function works(server: Server, login: Login): Promise<boolean> {
  return server.logIn(login).then(
    () => true,
    () => false,
  );
}
