// Artifacts, as they are read.

import { hexOf } from '../names.js'
import { badInput, notFound } from '../refusal.js'
import { aliasesOf } from './collections.js'
import { connection } from './connection.js'
import { contentFiles, entryFile } from './files.js'

const sum = (entries) => entries.reduce((total, { size = 0 }) => total + size, 0)

// The clients hand entries of a manifest that they hold; each has to be one of the artifact's.
function filesOfEntries(artifact, { entries, storageLayout, manifestVersion, ...page }, { world }) {
    if (storageLayout !== 'V2' || manifestVersion !== '1')
        throw badInput('entries are not of layout V2, version 1')
    const held = new Set(artifact.contents.map(({ digest }) => digest))
    return connection(
        entries ?? [],
        { first: (entries ?? []).length, ...page },
        ({ name, digest, birthArtifactID, size, ref }) => {
            if (!held.has(digest)) throw notFound(`artifact has no file ${name} of digest ${digest}`)
            const birth = world.directory.get('Artifact', birthArtifactID ?? '')
            if (!ref && !birth?.files.get(hexOf(digest))?.object) throw notFound(`file ${name} is not stored`)
            const entry = { path: name, digest, size: size ?? 0, birthArtifactID, ref: ref ?? null }
            return { node: entryFile(artifact, entry) }
        },
    )
}

export const artifacts = {
    Query: {
        artifact: (_, { id }, { world, user }) => world.visible(user, 'Artifact', id),
        clientIDMapping(_, { clientID }, { world, user }) {
            const artifact = world.clientIDs.get(clientID)
            const serverID = artifact && world.visible(user, 'Artifact', artifact.id)?.id
            return serverID ? { clientID, serverID } : null
        },
    },
    Artifact: {
        commitHash: ({ home }) => home?.commitHash ?? null,
        versionIndex: ({ home }) => home?.versionIndex ?? null,
        size: ({ contents }) => sum(contents),
        storageBytes: ({ contents }) => sum(contents.filter(({ ref }) => ref === null)),
        fileCount: ({ contents }) => contents.length,
        ttlDurationSeconds: ({ ttl }) => (ttl === -1 ? -2 : ttl), // the team's default is none
        ttlIsInherited: ({ ttl }) => ttl === -1,
        tags: ({ tags }) => [...tags.values()],
        aliases: ({ memberships }, _, { world }) => memberships.flatMap((m) => aliasesOf(m, world.answers)),
        artifactType: ({ collection }) => collection.type,
        artifactSequence: ({ collection }) => collection,
        artifactCollections: ({ memberships }, page) =>
            connection(
                memberships.map((m) => m.collection),
                page,
            ),
        artifactMemberships: ({ memberships }, page) => connection(memberships, page),
        currentManifest: ({ manifest }) => manifest,
        files: contentFiles,
        filesByManifestEntries: filesOfEntries,
        createdBy: ({ run, user }) => run ?? user,
        usedBy: ({ usedBy }, page) => connection([...usedBy], page),
        usedCount: ({ usedBy }) => usedBy.size,
        artifactLineageDag: () => null,
    },
    Initiator: { __resolveType: (value) => (value.inputs ? 'Run' : 'User') },
}
