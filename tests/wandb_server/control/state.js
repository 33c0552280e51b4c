// What the server holds, told to tests.

import { manifestText } from '../model/manifests.js'

function artifactState(artifact) {
    const { id, state, digest, description, metadata, distributedID } = artifact
    return {
        id,
        state,
        digest,
        manifest: artifact.manifest?.digest ?? null,
        files: artifact.contents.length,
        description,
        metadata: metadata === null ? null : JSON.parse(metadata),
        ttl: artifact.ttl,
        tags: [...artifact.tags.keys()],
        run: artifact.run?.name ?? null,
        usedBy: [...artifact.usedBy].map(({ name }) => name),
        distributedID,
        manifests: artifact.manifests.map((one) => ({
            type: one.type,
            digest: one.digest,
            uploaded: one.isUploaded,
        })),
    }
}

function collectionState(collection) {
    const ended = collection.artifacts.filter(({ state }) => state !== 'COMMITTED')
    return {
        kind: collection.kind,
        type: collection.type.name,
        description: collection.description,
        tags: [...collection.tags.keys()],
        aliases: Object.fromEntries(
            [...collection.aliases].map(([alias, { membership }]) => [alias, `v${membership.versionIndex}`]),
        ),
        versions: collection.memberships.map((membership) => ({
            version: `v${membership.versionIndex}`,
            commitHash: membership.commitHash,
            aliases: collection.aliasesOf(membership).map(({ alias }) => alias),
            ...artifactState(membership.artifact),
        })),
        pending: ended.filter(({ state }) => state === 'PENDING').map(artifactState),
        deleted: ended.filter(({ state }) => state === 'DELETED').map(({ id }) => id),
    }
}

export function stateOf(world) {
    const projects = {}
    for (const project of world.projects.values()) {
        projects[`${project.entity}/${project.name}`] = {
            runs: [...project.runs.keys()],
            collections: Object.fromEntries(
                [...project.collections].map(([name, one]) => [name, collectionState(one)]),
            ),
        }
    }
    const stored = world.files.all().filter(({ object }) => object)
    const bytes = stored.reduce((sum, { object }) => sum + object.size, 0)
    return { projects, stored: { files: stored.length, bytes } }
}

// The manifest of what ADDRESS names, as entity/project/collection:alias or an ID; null if there is none.
export function manifestOf(world, address) {
    const [, entity, project, name] = /^([^/]+)\/([^/]+)\/(.+)$/.exec(address) ?? []
    const artifact = name
        ? world.projects.get(entity, project)?.membership(name)?.artifact
        : world.directory.get('Artifact', address)
    return artifact?.manifest ? JSON.parse(manifestText(artifact.contents)) : null
}

// The keys of stored content that has not the MD5 it is stored by. Parts were joined without a look.
export async function damaged(world) {
    const keys = []
    for (const { key, hex, object } of world.files.all()) {
        if (object && (await world.objects.md5(object)) !== hex) keys.push(key)
    }
    return keys
}
