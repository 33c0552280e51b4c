// Who asks, what the server can do, entities and their organizations.

import { connection } from './connection.js'

export const features = [
    'ARTIFACT_TAGS',
    'CLIENT_IDS',
    'ARTIFACT_COLLECTION_MEMBERSHIP_FILES',
    'ARTIFACT_COLLECTION_MEMBERSHIP_FILE_DOWNLOAD_HANDLER',
    'USE_ARTIFACT_WITH_ENTITY_AND_PROJECT_INFORMATION',
    'PROJECT_ARTIFACT_COLLECTION_MEMBERSHIP',
    'ARTIFACT_MEMBERSHIP_IN_LINK_ARTIFACT_RESPONSE',
    'TOTAL_COUNT_IN_FILE_CONNECTION',
    'ARTIFACT_COLLECTIONS_FILTERING_SORTING',
    'ARTIFACT_V2_DOWNLOAD_HANDLER_SUPPORTS_ARTIFACT_ID',
    'ARTIFACT_REGISTRY_SEARCH',
    'INCLUDE_ARTIFACT_TYPES_IN_REGISTRY_CREATION',
    'LARGE_FILENAMES',
]

const idOf = (type, name) => Buffer.from(`${type}:${name}`).toString('base64')
const entity = (world, name) => world.accounts.entities.get(name) ?? null

export const accounts = {
    Query: {
        viewer: (_, __, { user }) => user,
        serverInfo: (_, __, { world }) => world,
        entity: (_, { name }, { world, user }) => entity(world, name ?? user.entity),
    },
    ServerInfo: {
        cliVersionInfo: () => ({ max_cli_version: '0.99.0' }),
        latestLocalVersionInfo: () => null,
        exposesExplicitRunQueueAckPath: () => false,
        features: ({ answers }) => {
            const off = answers.featuresOff.split(',')
            return features.map((name) => ({ name, isEnabled: !off.includes(name) }))
        },
    },
    User: {
        id: (user) => idOf('User', user.name),
        username: (user) => user.name,
        email: (user) => `${user.name}@example.org`,
        admin: () => false,
        flags: () => '{}',
        teams: (user, _, { world }) =>
            connection(user.teams, { first: user.teams.length }, (name) => ({ node: entity(world, name) })),
        organizations: (user, _, { world }) => {
            const all = user.teams.map((team) => entity(world, team).organization)
            return [...new Set(all)].filter((organization) => organization)
        },
    },
    Entity: {
        id: ({ name }) => idOf('Entity', name),
        user: ({ name }, _, { world }) => world.accounts.users.get(name) ?? null,
    },
    Organization: {
        id: ({ name }) => idOf('Organization', name),
        orgEntity: ({ orgEntity }, _, { world }) => entity(world, orgEntity),
        coreWeaveOrganizationId: () => null,
    },
}
