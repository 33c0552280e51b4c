// Signed URLs: what they take and refuse; multipart uploads; ranges; the download handler.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { digestOf, http, manifestOf, md5, start } from './kit.js'

const client = await start()
const { log } = client.world
const problems = () => log.problems.splice(0).map(({ problem }) => problem)

async function target(name, contents = { a: 'hello' }) {
    const { artifact } = await client.create(name, digestOf({}))
    const { id } = await client.manifest(artifact.id)
    return (await client.files(artifact.id, id, contents))[0]
}

const headersOf = ({ uploadHeaders }) => Object.fromEntries(uploadHeaders.map((line) => line.split(/:(.*)/s)))
const put = (node, headers, body = 'hello') =>
    http('PUT', node.uploadUrl, {
        headers: { 'Content-Length': body.length, ...headersOf(node), ...headers },
        body,
    })

const urls = () => client.service.urlsFor({ headers: { host: new URL(client.base).host } })
const signedGet = (key) => urls().signed('GET', key)

test('storage is another origin, unless it is to be the same', async () => {
    const { uploadUrl } = await target('origin')
    assert.notEqual(new URL(uploadUrl).origin, client.base)
    assert.equal(new URL(uploadUrl).hostname, '127.0.0.1')
    client.service.options.sameOrigin = true
    const node = await target('origin2')
    client.service.options.sameOrigin = false
    assert.equal(new URL(node.uploadUrl).origin, client.base)
    assert.equal((await put(node)).status, 200)
})

test('upload headers have no space after their colon', async () => {
    for (const line of (await target('space')).uploadHeaders) assert.match(line, /^[\w-]+:\S/)
})

test('credentials are refused, and a problem', async () => {
    const node = await target('credentials')
    assert.equal((await put(node, client.headers)).status, 400)
    assert.match(problems().join(), /Authorization on a signed URL/)
})

test('a URL is good for what it was signed for alone', async () => {
    const node = await target('signature')
    assert.equal((await http('GET', node.uploadUrl)).status, 403)
    assert.equal(
        (await put({ ...node, uploadUrl: node.uploadUrl.replace('wandb_artifacts/', 'wandb_artifacts/9') }))
            .status,
        403,
    )
    assert.equal(
        (await put({ ...node, uploadUrl: node.uploadUrl.replace('expires=', 'expires=9') })).status,
        403,
    )
    assert.equal(problems().length, 3)
})

test('a URL expires', async () => {
    client.service.options.urlLife = 0.2
    const node = await target('expiry')
    client.service.options.urlLife = 3600
    assert.equal((await put(node)).status, 200)
    await sleep(250)
    const { status, body } = await put(node)
    assert.equal(status, 403)
    assert.match(body.toString(), /<Code>AccessDenied<.*Request has expired/)
    assert.deepEqual(problems(), [])
})

test('each header has to be as it is signed', async () => {
    const node = await target('headers')
    for (const name of ['Content-MD5', 'Content-Type', 'X-Upload-Class']) {
        assert.equal((await put(node, { [name]: 'other' })).status, 403)
    }
    assert.equal(problems().length, 3)
    const content = await put(node, {}, 'hellO')
    assert.equal(content.status, 400)
    assert.match(content.body.toString(), /BadDigest/)
    assert.match(problems().join(), /BadDigest/)
    assert.deepEqual(
        client.world.files.all().filter(({ name, object }) => name === 'a' && object && object.size !== 5),
        [],
    )
})

test('a body without length is refused', async () => {
    const node = await target('chunked')
    const headers = { ...headersOf(node), 'Transfer-Encoding': 'chunked' }
    assert.equal((await http('PUT', node.uploadUrl, { headers, body: 'hello' })).status, 411)
    assert.match(problems().join(), /Content-Length/)
})

test('an upload that breaks off leaves nothing', async () => {
    const content = 'x'.repeat(400000)
    const node = await target('broken', { a: content })
    const request = httpRequest(node.uploadUrl, {
        method: 'PUT',
        headers: { ...headersOf(node), 'Content-Length': content.length },
    })
    request.on('error', () => {})
    await new Promise((resolve) => request.write(content.slice(0, 300000), resolve))
    request.destroy()
    while (log.now.storage > 0) await sleep(5)
    assert.equal((await http('GET', signedGet(node.storagePath))).status, 404)
    assert.equal((await put(node, {}, content)).status, 200)
})

test('content comes back whole and in ranges', async () => {
    const content = Buffer.from(Array.from({ length: 600000 }, (_, index) => index % 251))
    const node = await target('ranges', { a: content })
    assert.equal((await put(node, { 'Content-Length': content.length }, content)).status, 200)
    const url = signedGet(node.storagePath)
    assert.deepEqual((await http('GET', url)).body, content)
    const range = async (text) => {
        const { status, headers, body } = await http('GET', url, { headers: { Range: `bytes=${text}` } })
        return [status, headers['content-range'], body]
    }
    assert.deepEqual(await range('5-9'), [206, 'bytes 5-9/600000', content.subarray(5, 10)])
    assert.deepEqual(await range('599990-'), [206, 'bytes 599990-599999/600000', content.subarray(599990)])
    assert.deepEqual(await range('-3'), [206, 'bytes 599997-599999/600000', content.subarray(599997)])
    assert.equal((await range('600000-'))[0], 416)
})

test('what was never uploaded is not found', async () => {
    const { storagePath } = await target('nothing')
    assert.equal((await http('GET', signedGet(storagePath))).status, 404)
})

const parts = [Buffer.alloc(300000, 1), Buffer.alloc(300000, 2), Buffer.alloc(7, 3)]
const whole = Buffer.concat(parts)
const hex = (content) => createHash('md5').update(content).digest('hex')

async function multipart(name) {
    const { artifact } = await client.create(name, digestOf({ big: { digest: md5(whole) } }))
    const { id } = await client.manifest(artifact.id)
    const uploadPartsInput = parts.map((part, index) => ({ partNumber: index + 1, hexMD5: hex(part) }))
    const artifactFiles = [
        { artifactID: artifact.id, artifactManifestID: id, name: 'big', md5: md5(whole), uploadPartsInput },
    ]
    const selection = `files { edges { node { storagePath uploadUrl uploadHeaders
        uploadMultipartUrls { uploadID uploadUrlParts { partNumber uploadUrl } } } } }`
    const { files } = await client.must(
        'createArtifactFiles',
        { artifactFiles, storageLayout: 'V2' },
        selection,
    )
    return { artifact, node: files.edges[0].node }
}

const putPart = ({ node }, index, headers = {}) =>
    http('PUT', node.uploadMultipartUrls.uploadUrlParts[index].uploadUrl, {
        headers: {
            'Content-MD5': md5(parts[index]),
            'Content-Type': headersOf(node)['Content-Type'],
            'Content-Length': parts[index].length,
            ...headers,
        },
        body: parts[index],
    })

const complete = ({ artifact, node }, completedParts) =>
    client.mutate(
        'completeMultipartUploadArtifact',
        {
            completeMultipartAction: 'Complete',
            completedParts,
            artifactID: artifact.id,
            storagePath: node.storagePath,
            uploadID: node.uploadMultipartUrls.uploadID,
        },
        'digest',
    )

test('parts become a file once they are completed', async () => {
    const upload = await multipart('parts')
    const tags = []
    for (const index of [2, 0, 1]) tags[index] = (await putPart(upload, index)).headers.etag
    const completed = tags.map((hexMD5, index) => ({ partNumber: index + 1, hexMD5 }))
    assert.deepEqual((await complete(upload, completed)).json.data, {
        completeMultipartUploadArtifact: { digest: md5(whole) },
    })
    const url = signedGet(upload.node.storagePath)
    assert.deepEqual((await http('GET', url)).body, whole)
    const { body } = await http('GET', url, { headers: { Range: 'bytes=299999-600001' } })
    assert.deepEqual(body, whole.subarray(299999, 600002))
    const entries = { big: { digest: md5(whole), size: whole.length, birthArtifactID: upload.artifact.id } }
    await client.putManifest(
        await client.manifest(upload.artifact.id, { digest: md5(manifestOf(entries)) }),
        entries,
    )
    assert.equal((await client.commit(upload.artifact.id)).status, 200)
    assert.deepEqual(await client.control('GET', 'damaged'), [])
})

test('parts are refused with an upload header, a wrong MD5, or an ETag that is guessed', async () => {
    const upload = await multipart('refused')
    assert.equal((await putPart(upload, 0, { 'X-Upload-Class': 'file' })).status, 403)
    assert.equal((await putPart(upload, 0, { 'Content-MD5': md5('x') })).status, 403)
    problems()
    const tags = []
    for (const index of [0, 1]) tags.push((await putPart(upload, index)).headers.etag)
    const list = (etags) => etags.map((hexMD5, index) => ({ partNumber: index + 1, hexMD5 }))
    const refused = async (etags) => (await complete(upload, etags)).json.errors[0].message
    assert.match(await refused(list([...tags, 'x'])), /part 3 was never uploaded/)
    assert.match(await refused(list(tags)), /2 parts are completed, of 3/)
    tags.push((await putPart(upload, 2)).headers.etag)
    assert.match(await refused(list(parts.map(hex))), /another ETag/)
    assert.match(await refused(list(tags).reverse()), /out of order/)
    assert.equal((await complete(upload, list(tags))).status, 200)
})

test('content that is not what its parts promised is found', async () => {
    const upload = await multipart('damaged')
    const file = client.world.files.byKey(upload.node.storagePath)
    file.object = client.world.objects.write(Buffer.from('other'))
    assert.deepEqual(await client.control('GET', 'damaged'), [upload.node.storagePath])
    file.object = null
})

test('the download handler wants credentials, and redirects or sends', async () => {
    const id = await client.log('handler', { 'sub/a b': 'hello' })
    const query =
        'query Q($id: ID!) { artifact(id: $id) { files { edges { node { url(upload: false) } } } } }'
    const { url } = (await client.query(query, { id })).artifact.files.edges[0].node
    assert.equal((await http('GET', url)).status, 401)
    const { status, headers } = await http('GET', url, { headers: client.headers })
    assert.equal(status, 302)
    assert.equal((await http('GET', headers.location)).body.toString(), 'hello')
    const short = url.replace(`${encodeURIComponent(id)}/`, '') // without the artifact's own ID
    assert.equal((await http('GET', short, { headers: client.headers })).status, 302)
    client.world.answers.set('redirect', false)
    assert.equal((await http('GET', url, { headers: client.headers })).body.toString(), 'hello')
    client.world.answers.set('redirect', true)
    assert.equal((await http('GET', url.replace('handler', 'none'), { headers: client.headers })).status, 404)
    const others = { Authorization: `Basic ${Buffer.from(`api:${'b'.repeat(40)}`).toString('base64')}` }
    assert.equal((await http('GET', url, { headers: others })).status, 404)
})
