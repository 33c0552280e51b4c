// Commits: what was uploaded becomes a version, or the reason why not.

import { hexOf } from '../names.js'
import { badInput, conflict } from '../refusal.js'
import { Manifest, artifactDigest, manifestText, parseManifest, sorted } from './manifests.js'

async function entriesOf(world, manifest) {
    const object = manifest.file.object
    return parseManifest((await world.objects.readAll(object)).toString('utf8'))
}

// Every file has to be there, with the size that the manifest claims.
function checkFiles(world, entries) {
    for (const { path, digest, size, birthArtifactID, ref } of entries) {
        if (ref !== null) continue
        const birth = world.directory.get('Artifact', birthArtifactID)
        if (!birth) throw badInput(`birthArtifactID of ${path} is of no artifact: ${birthArtifactID}`)
        const file = birth.files.get(hexOf(digest))
        if (!file?.object) throw badInput(`file ${path} was never uploaded`)
        if (file.object.size !== size) {
            throw badInput(`file ${path} has ${file.object.size} bytes, not ${size} as its manifest says`)
        }
    }
}

function need(manifest, artifact) {
    if (!manifest) throw badInput(`artifact ${artifact.id} has no manifest`)
    if (!manifest.isUploaded) throw badInput(`manifest ${manifest.name} was never uploaded`)
    return manifest
}

function checkDigest(entries, artifact) {
    const digest = artifactDigest(sorted(entries))
    if (digest !== artifact.digest) {
        throw badInput(`digest of the artifact is ${digest}, not ${artifact.digest} as it was created with`)
    }
}

async function unitePatches(world, artifact, patches) {
    const uploaded = patches.filter((patch) => patch.isUploaded) // the others' writers died
    if (uploaded.length === 0) throw badInput(`no patch of artifact ${artifact.id} was uploaded`)
    const latest = artifact.collection.latest?.artifact
    const all = new Map()
    const base = world.answers.patchInherits && latest ? latest.contents : []
    for (const one of base) all.set(one.path, { ...one, inherited: true })
    for (const patch of uploaded) {
        const entries = await entriesOf(world, patch)
        checkFiles(world, entries)
        for (const one of entries) {
            const other = all.get(one.path)
            if (other && !other.inherited && other.digest !== one.digest) {
                const words = `two patches bring ${one.path} with different content`
                world.log.problem(words)
                if (world.answers.patchConflict === 'refuse') throw conflict(words)
            }
            all.set(one.path, one)
        }
    }
    return [...all.values()].map(({ inherited, ...one }) => one)
}

async function layOver(world, artifact, manifest) {
    const entries = await entriesOf(world, manifest)
    checkFiles(world, entries)
    checkDigest(entries, artifact)
    const base = manifest.baseArtifactID ? world.directory.get('Artifact', manifest.baseArtifactID) : null
    const all = new Map(base?.contents.map((one) => [one.path, one]))
    for (const one of entries) all.set(one.path, one)
    return [...all.values()]
}

// The entries that the artifact will have, and its manifest unless that has to be made.
async function gather(world, artifact) {
    const ofType = (type) => artifact.manifests.filter((manifest) => manifest.type === type)
    const [full, incremental, patches] = [ofType('FULL'), ofType('INCREMENTAL'), ofType('PATCH')]
    if (incremental.length > 0) {
        return [await layOver(world, artifact, need(incremental.at(-1), artifact)), null]
    }
    if (patches.length > 0) return [await unitePatches(world, artifact, patches), null]
    const manifest = need(full.at(-1), artifact)
    const entries = await entriesOf(world, manifest)
    checkFiles(world, entries)
    checkDigest(entries, artifact)
    return [entries, manifest]
}

function merge(world, artifact, entries) {
    const object = world.objects.write(Buffer.from(manifestText(entries)))
    const manifest = new Manifest(artifact, { name: 'wandb_manifest.json', type: 'FULL' })
    manifest.setDigest(Buffer.from(object.hex, 'hex').toString('base64'))
    manifest.file.object = object
    if (world.answers.mergedDigest === 'computed') artifact.digest = artifactDigest(entries)
    return manifest
}

export async function commit(world, artifact) {
    if (artifact.state === 'COMMITTED') return artifact
    artifact.needPending('commitArtifact')
    const [entries, manifest] = await gather(world, artifact)
    if (artifact.state === 'COMMITTED') return artifact // by another request, while this one read
    artifact.contents = sorted(entries)
    artifact.manifest = manifest ?? merge(world, artifact, entries)
    artifact.state = 'COMMITTED'
    const { collection } = artifact
    if (artifact.distributedID) collection.pending.delete(artifact.distributedID)
    const membership = collection.add(artifact)
    for (const alias of artifact.aliases) collection.point(alias, membership)
    return artifact
}
