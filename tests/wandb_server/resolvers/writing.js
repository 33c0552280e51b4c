// Writing: from createArtifact to commitArtifact.

import { createArtifact } from '../model/artifacts.js'
import { commit } from '../model/commit.js'
import { Manifest } from '../model/manifests.js'
import { checkMd5, checkPath, hexOf } from '../names.js'
import { badInput } from '../refusal.js'

// Refuses a manifest whose project is not the artifact's, or whose base cannot be one.
function checkPlace(world, user, artifact, input) {
    const project = world.projects.need(user, input.entityName, input.projectName, 'createArtifactManifest')
    if (project !== artifact.collection.project) throw badInput(`artifact is not in project ${project.name}`)
    if (!world.answers.unknownRun) project.needRun(input.runName)
    if (input.runName === '') throw badInput('runName is empty')
}

function checkBase(world, user, id, type, artifact) {
    if (!id) return
    const base = world.need(user, 'Artifact', id)
    if (base.state !== 'COMMITTED') throw badInput(`base artifact ${id} is ${base.state}`)
    if (type === 'INCREMENTAL' && base.collection !== artifact.collection) {
        throw badInput(`base artifact ${id} is of another collection`)
    }
}

function manifestFor(artifact, input) {
    // A FULL one is the artifact's only one: the second create gives it its content.
    const known = input.type === 'FULL' && artifact.manifests.find(({ type }) => type === 'FULL')
    if (known) return known
    const manifest = new Manifest(artifact, input)
    artifact.manifests.push(manifest)
    return manifest
}

// One file as createArtifactFiles answers it: what the collection has need not be uploaded again.
function fileFor(world, user, spec) {
    const artifact = world.need(user, 'Artifact', spec.artifactID).needPending('createArtifactFiles')
    if (spec.artifactManifestID != null) {
        const manifest = world.need(user, 'ArtifactManifest', spec.artifactManifestID)
        if (manifest.artifact !== artifact) throw badInput('artifactManifestID is of another artifact')
    }
    checkPath(spec.name)
    checkMd5(spec.md5, spec.name)
    const known = world.answers.knownFiles ? artifact.collection.files.get(hexOf(spec.md5)) : null
    if (known) return { file: known, name: spec.name, known: true, artifact: known.artifact }
    const file = world.files.ofArtifact(artifact, spec)
    const inParts = world.answers.multipart && spec.uploadPartsInput?.length > 0
    if (inParts) file.expectParts(spec.uploadPartsInput)
    return { file, name: spec.name, known: false, inParts, artifact }
}

export const writing = {
    Mutation: {
        createArtifact: (_, { input }, { world, user }) => ({
            artifact: createArtifact(world, user, input),
            clientMutationId: input.clientMutationId,
        }),
        createArtifactManifest(_, { input }, { world, user }) {
            const artifact = world
                .need(user, 'Artifact', input.artifactID)
                .needPending('createArtifactManifest')
            checkPlace(world, user, artifact, input)
            checkBase(world, user, input.baseArtifactID, input.type, artifact)
            if (input.digest !== '') checkMd5(input.digest, input.name)
            checkPath(input.name)
            const artifactManifest = manifestFor(artifact, input)
            artifactManifest.setDigest(input.digest)
            return { artifactManifest, clientMutationId: input.clientMutationId }
        },
        updateArtifactManifest(_, { input }, { world, user }) {
            const manifest = world.need(user, 'ArtifactManifest', input.artifactManifestID)
            manifest.artifact.needPending('updateArtifactManifest')
            checkBase(world, user, input.baseArtifactID, manifest.type, manifest.artifact)
            manifest.baseArtifactID = input.baseArtifactID ?? manifest.baseArtifactID
            if (input.digest != null) manifest.setDigest(input.digest)
            return { artifactManifest: manifest, clientMutationId: input.clientMutationId }
        },
        createArtifactFiles(_, { input }, { world, user }) {
            if (input.storageLayout !== 'V2') throw badInput('this server stores layout V2 only')
            const nodes = input.artifactFiles.map((spec) => fileFor(world, user, spec))
            const files = {
                edges: nodes.map((node, index) => ({ node, cursor: String(index) })),
                pageInfo: { hasNextPage: false, hasPreviousPage: false },
                uploadHeaders: [],
                totalCount: nodes.length,
            }
            return { files, clientMutationId: input.clientMutationId }
        },
        completeMultipartUploadArtifact(_, { input }, { world, user }) {
            world.need(user, 'Artifact', input.artifactID)
            const file = world.files.complete(input, world.objects)
            file.artifact.collection.files.set(file.hex, file)
            return { digest: file.md5, clientMutationId: input.clientMutationId }
        },
        async commitArtifact(_, { input }, { world, user }) {
            const artifact = await commit(world, world.need(user, 'Artifact', input.artifactID))
            return { artifact, clientMutationId: input.clientMutationId }
        },
    },
}
