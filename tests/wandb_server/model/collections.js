// A collection: versions under one name, with aliases that point to them. Artifacts are logged into
// sequences, and linked into portfolios.

import { randomBytes } from 'node:crypto'
import { checkAlias, isVersion } from '../names.js'
import { badInput, notFound } from '../refusal.js'

const now = () => new Date().toISOString()

export class Collection {
    constructor(project, kind, name, type) {
        Object.assign(this, { project, kind, name, type, description: null, createdAt: now() })
        this.updatedAt = this.createdAt
        project.world.directory.add(kind, this)
        this.memberships = [] // oldest first
        this.nextIndex = 0 // of a version; none is given twice
        this.aliases = new Map() // alias: { id, alias, membership }
        this.tags = new Map() // name: { id, name }
        this.pending = new Map() // distributedID: artifact
        this.artifacts = [] // that were created in it, in any state
        this.files = new Map() // hex: file that was uploaded
    }

    get isSequence() {
        return this.kind === 'ArtifactSequence'
    }

    // The newest version, or null.
    get latest() {
        return this.memberships.at(-1) ?? null
    }

    // A new version; `latest` moves to it.
    add(artifact) {
        const membership = {
            collection: this,
            artifact,
            versionIndex: this.nextIndex++,
            commitHash: randomBytes(10).toString('hex'),
            createdAt: now(),
        }
        this.project.world.directory.add('ArtifactCollectionMembership', membership)
        this.memberships.push(membership)
        artifact.memberships.push(membership)
        this.point('latest', membership)
        return membership
    }

    // Takes the version out; `latest` is then the newest of those left.
    remove(membership) {
        this.memberships = this.memberships.filter((other) => other !== membership)
        membership.artifact.memberships = membership.artifact.memberships.filter((m) => m !== membership)
        for (const { alias } of this.aliasesOf(membership)) this.aliases.delete(alias)
        if (this.latest && !this.aliases.has('latest')) this.point('latest', this.latest)
        this.updatedAt = now()
    }

    // The alias of one version from now on, whosever it was.
    point(alias, membership) {
        const id = Buffer.from(`ArtifactAlias:${this.name}:${alias}`).toString('base64')
        this.aliases.set(alias, { id, alias, collection: this, membership })
        this.updatedAt = membership.artifact.updatedAt = now()
    }

    aliasesOf(membership) {
        return [...this.aliases.values()].filter((entry) => entry.membership === membership)
    }

    // By alias, vN, digest or commit hash; null when there is none.
    find(word) {
        const named = this.aliases.get(word)
        if (named) return named.membership
        const index = isVersion(word) ? Number(word.slice(1)) : -1
        const fits = (m) => m.versionIndex === index || m.artifact.digest === word || m.commitHash === word
        return this.memberships.findLast(fits) ?? null
    }

    membershipOf(artifact) {
        return this.memberships.find((membership) => membership.artifact === artifact) ?? null
    }

    needMembershipOf(artifact) {
        const membership = this.membershipOf(artifact)
        if (!membership) throw notFound(`artifact ${artifact.id} is not in collection ${this.name}`)
        return membership
    }
}

// Aliases as an input gives them, each with the collection's NAME.
export function checkAliases(name, aliases) {
    for (const { artifactCollectionName, alias } of aliases ?? []) {
        if (artifactCollectionName !== name) {
            throw badInput(`alias ${alias} is for collection ${artifactCollectionName}, not ${name}`)
        }
        checkAlias(alias)
    }
}
