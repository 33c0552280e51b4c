// What the self-tests share: a server in this process, a client of it, and the steps of writing an artifact.

import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { Service } from '../http/service.js'
import { artifactDigest, sorted } from '../model/manifests.js'

export const key = 'a'.repeat(40)
export const place = { entityName: 'research', projectName: 'p' }

export const md5 = (content) => createHash('md5').update(content).digest('base64')
export const digestOf = (entries) =>
    artifactDigest(sorted(Object.entries(entries).map(([path, { digest }]) => ({ path, digest }))))

// A server for one test file, with project research/p and run r; ended after the tests.
export async function start(options = {}) {
    const folder = mkdtempSync(join(tmpdir(), 'wandb_server.'))
    const keys = [
        [key, 'alice'],
        ['b'.repeat(40), 'bob'],
    ]
    const service = new Service({
        folder,
        keys,
        teams: [
            ['research', ['alice']],
            ['others', ['bob']],
        ],
        organizations: [['acme', ['research']]],
        port: 0,
        urlLife: 3600,
        ...options,
    })
    const port = await service.listen()
    after(() => {
        service.close()
        rmSync(folder, { recursive: true })
    })
    const client = new Client(service, port)
    await client.must(
        'upsertBucket',
        { name: 'r', modelName: 'p', entityName: 'research' },
        'inserted bucket { name }',
    )
    return client
}

// One HTTP request, without what fetch adds. Resolves to { status, headers, body }.
export function http(method, url, { headers = {}, body = null } = {}) {
    return new Promise((resolve, reject) => {
        const request = httpRequest(url, { method, headers }, (response) => {
            const chunks = []
            response.on('data', (chunk) => chunks.push(chunk))
            response.on('error', reject)
            response.on('end', () => {
                resolve({
                    status: response.statusCode,
                    headers: response.headers,
                    body: Buffer.concat(chunks),
                })
            })
        })
        request.on('error', reject)
        request.end(body)
    })
}

export class Client {
    constructor(service, port) {
        Object.assign(this, { service, world: service.world, base: `http://127.0.0.1:${port}` })
        this.headers = { Authorization: `Basic ${Buffer.from(`api:${key}`).toString('base64')}` }
    }

    async graphql(query, variables = {}, headers = this.headers) {
        const body = JSON.stringify({ query, variables })
        const answer = await http('POST', `${this.base}/graphql`, {
            headers: { 'Content-Type': 'application/json', ...headers },
            body,
        })
        return { ...answer, json: JSON.parse(answer.body.toString()) }
    }

    // A mutation by name; its input type is named after it.
    async mutate(name, input, selection) {
        const type = `${name[0].toUpperCase()}${name.slice(1)}Input!`
        return this.graphql(`mutation M($input: ${type}) { ${name}(input: $input) { ${selection} } }`, {
            input,
        })
    }

    async must(name, input, selection) {
        const { json } = await this.mutate(name, input, selection)
        if (json.errors) throw new Error(`${name}: ${json.errors.map((error) => error.message).join('; ')}`)
        return json.data[name]
    }

    async query(query, variables) {
        const { json } = await this.graphql(query, variables)
        if (json.errors) throw new Error(json.errors.map((error) => error.message).join('; '))
        return json.data
    }

    async control(method, path, body = null) {
        const answer = await http(method, `${this.base}/test/${path}`, { body: body && JSON.stringify(body) })
        if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.body}`)
        return JSON.parse(answer.body.toString())
    }

    create(name, digest, more = {}) {
        const aliases = [{ artifactCollectionName: name, alias: 'latest' }]
        const input = {
            ...place,
            artifactTypeName: 'dataset',
            artifactCollectionName: name,
            runName: 'r',
            digest,
            digestAlgorithm: 'MANIFEST_MD5',
            aliases,
            enableDigestDeduplication: true,
            ...more,
        }
        return this.must(
            'createArtifact',
            input,
            'artifact { id state artifactSequence { latestArtifact { id } } }',
        )
    }

    async manifest(
        artifactID,
        { type = 'FULL', name = 'wandb_manifest.json', digest = '', baseArtifactID = null } = {},
    ) {
        const input = { artifactID, baseArtifactID, name, digest, ...place, runName: 'r', type }
        const selection = 'artifactManifest { id file { id uploadUrl uploadHeaders } }'
        return (await this.must('createArtifactManifest', input, selection)).artifactManifest
    }

    async files(artifactID, artifactManifestID, contents) {
        const artifactFiles = Object.entries(contents).map(([name, content]) => ({
            artifactID,
            artifactManifestID,
            name,
            md5: md5(content),
            mimetype: null,
            uploadPartsInput: null,
        }))
        const selection =
            'files { edges { node { name storagePath uploadUrl uploadHeaders artifact { id } } } }'
        const { files } = await this.must(
            'createArtifactFiles',
            { artifactFiles, storageLayout: 'V2' },
            selection,
        )
        return files.edges.map(({ node }) => node)
    }

    put({ uploadUrl, uploadHeaders }, content) {
        const headers = Object.fromEntries(uploadHeaders.map((line) => line.split(/:(.*)/s)))
        return http('PUT', uploadUrl, {
            headers: { ...headers, 'Content-Length': Buffer.byteLength(content) },
            body: content,
        })
    }

    // Uploads what has to be, and gives the entries of the manifest.
    async upload(artifactID, artifactManifestID, contents) {
        const entries = {}
        for (const node of await this.files(artifactID, artifactManifestID, contents)) {
            const content = contents[node.name]
            if (node.uploadUrl) await this.put(node, content)
            entries[node.name] = {
                digest: md5(content),
                size: Buffer.byteLength(content),
                birthArtifactID: node.artifact.id,
            }
        }
        return entries
    }

    async putManifest(node, entries) {
        await this.put(node.file, manifestOf(entries))
    }

    // A whole artifact, up to but without the commit. Gives its ID, or that of the version that is there.
    async write(name, contents, { more = {}, references = {} } = {}) {
        const entries = Object.fromEntries(
            Object.entries(contents).map(([path, content]) => [path, { digest: md5(content) }]),
        )
        const { artifact } = await this.create(name, digestOf({ ...entries, ...references }), more)
        if (artifact.state === 'COMMITTED') return artifact
        const first = await this.manifest(artifact.id)
        const uploaded = { ...(await this.upload(artifact.id, first.id, contents)), ...references }
        await this.putManifest(
            await this.manifest(artifact.id, { digest: md5(manifestOf(uploaded)) }),
            uploaded,
        )
        return artifact
    }

    commit(artifactID) {
        return this.mutate('commitArtifact', { artifactID }, 'artifact { id digest state versionIndex }')
    }

    async log(name, contents, options) {
        const artifact = await this.write(name, contents, options)
        if (artifact.state === 'PENDING')
            await this.must('commitArtifact', { artifactID: artifact.id }, 'artifact { id }')
        return artifact.id
    }

    // One writer of a distributed artifact; gives the artifact's ID.
    async upsert(name, distributedID, contents, more = {}) {
        const { artifact } = await this.create(name, digestOf({}), { distributedID, ...more })
        const type = { type: 'PATCH', name: 'wandb_manifest.patch.json' }
        const { id } = await this.manifest(artifact.id, type)
        const entries = await this.upload(artifact.id, id, contents)
        const input = { artifactManifestID: id, digest: md5(manifestOf(entries)), baseArtifactID: null }
        const selection = 'artifactManifest { id file { uploadUrl uploadHeaders } }'
        const { artifactManifest } = await this.must('updateArtifactManifest', input, selection)
        await this.putManifest(artifactManifest, entries)
        return artifact.id
    }

    // The state of a collection of research/p.
    async state(name) {
        return (await this.control('GET', 'state')).projects['research/p'].collections[name]
    }

    async manifestNow(address) {
        return (await this.control('GET', `manifest?artifact=${encodeURIComponent(address)}`)).contents
    }
}

export const manifestOf = (contents) =>
    JSON.stringify({
        version: 1,
        storagePolicy: 'wandb-storage-policy-v1',
        storagePolicyConfig: { storageLayout: 'V2' },
        contents,
    })
