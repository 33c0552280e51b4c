// An artifact: pending while its files come, a version of its sequence once committed.

import { checkCollection, checkMetadata, checkRenamed, checkTags, checkType } from '../names.js'
import { newID } from '../ids.js'
import { badInput, conflict, notFound } from '../refusal.js'
import { checkAliases } from './collections.js'

const now = () => new Date().toISOString()

export class Artifact {
    constructor(collection, { digest, user, run }) {
        Object.assign(this, {
            collection,
            digest,
            user,
            run,
            state: 'PENDING',
            createdAt: now(),
            updatedAt: null,
        })
        collection.project.world.directory.add('Artifact', this)
        collection.artifacts.push(this)
        this.aliases = new Set() // that it is to have when it is committed
        this.tags = new Map()
        this.description = this.metadata = this.labels = this.historyStep = null
        this.ttl = -1
        this.files = new Map() // hex: file that was born in it
        this.manifests = []
        this.manifest = null // what it holds, once committed
        this.contents = [] // its entries, sorted by path: { path, digest, size, ref, birthArtifactID }
        this.memberships = []
        this.usedBy = new Set()
        this.distributedID = null
    }

    get home() {
        return this.collection.membershipOf(this)
    }

    needPending(operation) {
        if (this.state !== 'PENDING') throw conflict(`${operation}: artifact is ${this.state}, not PENDING`)
        return this
    }

    needAlive(operation) {
        if (this.state === 'DELETED') throw notFound(`${operation}: artifact is deleted`)
        return this
    }

    // Null and absent leave what is there.
    describe({ description, metadata, labels, historyStep, ttlDurationSeconds }) {
        if (metadata != null) checkMetadata(metadata)
        this.description = description ?? this.description
        this.metadata = metadata ?? this.metadata
        this.labels = labels ?? this.labels
        this.historyStep = historyStep ?? this.historyStep
        this.ttl = checkTtl(ttlDurationSeconds) ?? this.ttl
    }

    addTags(tags) {
        checkTags(tags)
        for (const { tagName: name } of tags) this.tags.set(name, { id: newID('Tag'), name })
    }
}

function checkTtl(seconds) {
    if (seconds != null && !(seconds > 0 || seconds === -1 || seconds === -2)) {
        throw badInput(`ttlDurationSeconds is ${seconds}, neither above 0 nor -1 nor -2`)
    }
    return seconds
}

function collectionName({ artifactCollectionName: name, artifactCollectionNames: names }) {
    if ((name == null) === (names == null)) {
        throw badInput('one of artifactCollectionName and artifactCollectionNames is needed')
    }
    if (name == null && names.length !== 1) throw badInput('artifactCollectionNames does not hold one name')
    return name ?? names[0]
}

function sequenceFor(project, name, input) {
    const type = input.artifactTypeName
    const found = project.collections.get(name)
    if (!found) {
        checkCollection(name)
        checkType(type, name)
        return project.createCollection('ArtifactSequence', name, project.type(type))
    }
    checkRenamed(name)
    if (!found.isSequence) throw conflict(`${name} is a portfolio: artifacts are linked into it, not logged`)
    if (found.type.name !== type) {
        throw conflict(`artifact ${name} is of type ${found.type.name}, and cannot be of type ${type}`)
    }
    return found
}

// The version that has this content already. The given aliases move to it, as far as ANSWERS says.
function existing(collection, { digest, aliases }, answers) {
    const membership = collection.memberships.findLast((m) => m.artifact.digest === digest)
    if (!membership) return null
    for (const { alias } of aliases ?? []) {
        const moves =
            answers.dedupAliases === 'all' || (answers.dedupAliases === 'user' && alias !== 'latest')
        if (moves) collection.point(alias, membership)
    }
    return membership.artifact
}

function pending(world, collection, { distributedID, clientID }) {
    if (distributedID) return collection.pending.get(distributedID) ?? null
    const same = world.answers.sameClientID ? world.clientIDs.get(clientID) : null
    return same?.collection === collection && same.state === 'PENDING' ? same : null
}

export function createArtifact(world, user, input) {
    const project = world.projects.need(user, input.entityName, input.projectName, 'createArtifact')
    if (!/^[0-9a-f]{32}$/.test(input.digest))
        throw badInput(`digest ${input.digest} is not the hex of an MD5`)
    if (input.metadata != null) checkMetadata(input.metadata)
    checkTtl(input.ttlDurationSeconds)
    checkTags(input.tags ?? [])
    const name = collectionName(input)
    checkAliases(name, input.aliases)
    const run = input.runName == null ? null : project.needRun(input.runName)
    const collection = sequenceFor(project, name, input)

    const deduplicates =
        input.enableDigestDeduplication && (!input.distributedID || world.answers.dedupDistributed)
    const found = deduplicates ? existing(collection, input, world.answers) : null
    if (found) {
        if (input.clientID) world.clientIDs.set(input.clientID, found)
        return found
    }
    const artifact =
        pending(world, collection, input) ?? new Artifact(collection, { digest: input.digest, user, run })
    artifact.digest = input.digest
    artifact.describe(input)
    artifact.addTags(input.tags ?? [])
    for (const { alias } of input.aliases ?? []) artifact.aliases.add(alias)
    if (input.distributedID) {
        artifact.distributedID = input.distributedID
        collection.pending.set(input.distributedID, artifact)
    }
    if (input.clientID) world.clientIDs.set(input.clientID, artifact)
    if (run) run.outputs.add(artifact)
    return artifact
}
