// Manifests: the record of one, what its JSON has to be, and the digest of an artifact over one.

import { createHash } from 'node:crypto'
import { checkMd5, checkPath } from '../names.js'
import { badInput } from '../refusal.js'

export class Manifest {
    constructor(artifact, { name, type, baseArtifactID }) {
        Object.assign(this, { artifact, name, type, baseArtifactID: baseArtifactID ?? null })
        this.createdAt = new Date().toISOString()
        this.digest = ''
        this.file = null // once it has a digest
        artifact.collection.project.world.directory.add('ArtifactManifest', this)
    }

    // From now on it has this content, which may have to be uploaded.
    setDigest(digest) {
        if (digest === '') return
        checkMd5(digest, this.name)
        this.digest = digest
        this.file = this.artifact.collection.project.world.files.ofManifest(this, digest)
    }

    get isUploaded() {
        return Boolean(this.file?.object)
    }
}

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value)
const isText = (value) => typeof value === 'string' && value !== ''
const isSize = (value) => Number.isSafeInteger(value) && value >= 0

function entry(path, value) {
    checkPath(path)
    if (!isObject(value)) throw badInput(`manifest entry ${path} is not an object`)
    const { digest, size, birthArtifactID = null, ref = null, extra = null } = value
    if (!isText(digest)) throw badInput(`manifest entry ${path} has no digest`)
    if (ref !== null && !isText(ref)) throw badInput(`ref of manifest entry ${path} is not a string`)
    if (extra !== null && !isObject(extra)) throw badInput(`extra of manifest entry ${path} is not an object`)
    if (ref === null) {
        checkMd5(digest, path)
        if (!isText(birthArtifactID)) throw badInput(`manifest entry ${path} has no birthArtifactID`)
    }
    if (!(isSize(size) || (ref !== null && size === undefined))) {
        throw badInput(`manifest entry ${path} has no size`)
    }
    return { path, digest, size, birthArtifactID, ref, extra }
}

// The entries that the text of a manifest holds; refuses what is no manifest.
export function parseManifest(text) {
    let json
    try {
        json = JSON.parse(text)
    } catch (error) {
        throw badInput(`manifest is not JSON: ${error.message}`)
    }
    if (!isObject(json) || json.version !== 1) throw badInput('manifest is not of version 1')
    if (json.storagePolicy !== 'wandb-storage-policy-v1') {
        throw badInput(`manifest has storage policy ${json.storagePolicy}`)
    }
    const layout = json.storagePolicyConfig?.storageLayout
    if (layout !== 'V2') throw badInput(`manifest has storage layout ${layout ?? 'V1'}`)
    if (!isObject(json.contents)) throw badInput('manifest has no contents')
    return Object.entries(json.contents).map(([path, value]) => entry(path, value))
}

// In ascending order of the paths' UTF-8 bytes, which strings do not compare by.
export function sorted(entries) {
    if (entries.every(({ path }) => /^[\x20-\x7e]*$/.test(path))) {
        return entries.sort((a, b) => (a.path < b.path ? -1 : 1))
    }
    for (const one of entries) one.bytes = Buffer.from(one.path)
    entries.sort((a, b) => Buffer.compare(a.bytes, b.bytes))
    for (const one of entries) delete one.bytes
    return entries
}

// The artifact's digest: of paths and digests only. ENTRIES are sorted.
export function artifactDigest(entries) {
    const hash = createHash('md5').update('wandb-artifact-manifest-v1\n')
    for (const { path, digest } of entries) hash.update(`${path}:${digest}\n`)
    return hash.digest('hex')
}

// The text of a manifest of these entries.
export function manifestText(entries) {
    const contents = Object.create(null) // a path may be __proto__
    for (const { path, digest, size, birthArtifactID, ref, extra } of entries) {
        contents[path] = { digest, size }
        if (ref !== null) contents[path].ref = ref
        if (ref === null) contents[path].birthArtifactID = birthArtifactID
        if (extra !== null) contents[path].extra = extra
    }
    return JSON.stringify({
        version: 1,
        storagePolicy: 'wandb-storage-policy-v1',
        storagePolicyConfig: { storageLayout: 'V2' },
        contents,
    })
}
