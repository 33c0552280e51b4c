// Collections, their versions and aliases, as they are read.

import { connection, inOrder, parseFilter } from './connection.js'
import { contentFiles } from './files.js'

export function aliasesOf(membership, answers) {
    const { collection } = membership
    const own = collection.aliasesOf(membership)
    if (!answers.versionAliases) return own
    const alias = `v${membership.versionIndex}`
    return [...own, { id: `${membership.id}${alias}`, alias, collection, membership }]
}

// Newest first; the pending ones, which are no versions yet, only where a filter asks for them.
function versions(collection, { filters, order, ...page }) {
    const { state = 'COMMITTED' } = parseFilter(filters, 'state')
    const all =
        state === 'COMMITTED'
            ? [...collection.memberships].reverse()
            : collection.artifacts
                  .filter((artifact) => artifact.state === state)
                  .map((artifact) => ({ artifact }))
    const rows = all.map(({ versionIndex = null, artifact }) => ({
        node: artifact,
        version: versionIndex === null ? '' : `v${versionIndex}`,
        versionIndex,
        createdAt: artifact.createdAt,
    }))
    return connection(inOrder(rows, order, 'createdAt', 'versionIndex'), page, ({ node, version }) => ({
        node,
        version,
    }))
}

const collection = {
    state: () => 'READY',
    defaultArtifactType: ({ type }) => type,
    tags: ({ tags }) => connection([...tags.values()], { first: tags.size }),
    aliases: ({ aliases }, page) => connection([...aliases.values()], page),
    artifacts: versions,
    artifactMemberships: ({ memberships }, page) => connection([...memberships].reverse(), page),
    artifactMembership: (source, { aliasName }) => source.find(aliasName),
}

export const collections = {
    Query: {
        artifactCollection: (_, { id }, { world, user }) => world.collection(user, id),
    },
    ArtifactCollection: { __resolveType: ({ kind }) => kind },
    ArtifactSequence: { ...collection, latestArtifact: ({ latest }) => latest?.artifact ?? null },
    ArtifactPortfolio: collection,
    ArtifactCollectionMembership: {
        aliases: (membership, _, { world }) => aliasesOf(membership, world.answers),
        artifactCollection: (membership) => membership.collection,
        files: ({ artifact }, page) => contentFiles(artifact, page),
    },
    ArtifactAlias: {
        artifactCollectionName: (alias) => alias.collection.name,
        artifactCollection: (alias) => alias.collection,
        artifact: (alias) => alias.membership.artifact,
    },
}
