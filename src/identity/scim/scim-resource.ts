import type { ProvisionedUser } from './scim-read.js';

export const SCIM_PATH = '/scim/v2';
const USER_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:User';
const LIST_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
export const MOST_LISTED = 200;

export const userResource = (user: ProvisionedUser, url: string) => ({
  schemas: [USER_SCHEMA],
  id: user.id,
  ...(user.externalId !== null && { externalId: user.externalId }),
  userName: user.userName,
  displayName: user.name,
  name: { formatted: user.name },
  emails: [{ value: user.email, primary: true }],
  active: user.active,
  meta: {
    resourceType: 'User',
    created: user.createdAt,
    lastModified: user.updatedAt,
    location: `${url}${SCIM_PATH}/Users/${user.id}`,
  },
});

export const listResource = (total: number, startIndex: number, resources: readonly object[]) => ({
  schemas: [LIST_SCHEMA],
  totalResults: total,
  startIndex,
  itemsPerPage: resources.length,
  Resources: resources,
});

const RESOURCE_TYPE = {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
  id: 'User',
  name: 'User',
  endpoint: '/Users',
  schema: USER_SCHEMA,
};

const attribute = (name: string, type: string, more: object = {}) => ({
  name,
  type,
  multiValued: false,
  required: false,
  caseExact: false,
  mutability: 'readWrite',
  returned: 'default',
  uniqueness: 'none',
  ...more,
});

/** What the service says of itself (RFC 7644, 4), by the path below {@link SCIM_PATH}. */
export const DISCOVERY: Readonly<Record<string, object>> = {
  '/ServiceProviderConfig': {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
    patch: { supported: true },
    bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
    filter: { supported: true, maxResults: MOST_LISTED },
    changePassword: { supported: false },
    sort: { supported: false },
    etag: { supported: false },
    authenticationSchemes: [
      {
        type: 'oauthbearertoken',
        name: 'Bearer',
        description: 'The secret of the connection',
        primary: true,
      },
    ],
  },
  '/ResourceTypes': listResource(1, 1, [RESOURCE_TYPE]),
  '/Schemas': listResource(1, 1, [
    {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'],
      id: USER_SCHEMA,
      name: 'User',
      attributes: [
        attribute('userName', 'string', { required: true, uniqueness: 'server' }),
        attribute('externalId', 'string', { caseExact: true }),
        attribute('displayName', 'string'),
        attribute('name', 'complex', { subAttributes: [attribute('formatted', 'string')] }),
        attribute('emails', 'complex', { multiValued: true, subAttributes: [attribute('value', 'string')] }),
        attribute('active', 'boolean'),
      ],
    },
  ]),
};
