// Faults and holds: what the client sees of each, and whether the server acted.

import assert from 'node:assert/strict'
import { request as httpRequest } from 'node:http'
import { test } from 'node:test'
import { digestOf, http, start } from './kit.js'

const client = await start()
const fault = (ask) => client.control('POST', 'faults', ask)
const committed = async (name) => (await client.state(name)).versions.length === 1

// A commit under a fault: what is answered, and whether it is done.
async function under(name, ask) {
    const { id } = await client.write(name, { a: '1' })
    await fault({ operation: 'commitArtifact', ...ask })
    const answer = await client.commit(id).catch((error) => ({ status: error.code }))
    return [answer, await committed(name)]
}

test('a status, before or after it acted, with Retry-After', async () => {
    const [before, doneBefore] = await under('s1', {
        kind: 'status',
        status: 429,
        retryAfter: 2,
        message: 'rate limit exceeded',
    })
    assert.deepEqual(
        [before.status, before.headers['retry-after'], before.json, doneBefore],
        [429, '2', { error: 'rate limit exceeded' }, false],
    )
    const [after, doneAfter] = await under('s2', { kind: 'status-after', status: 503 })
    assert.deepEqual([after.status, doneAfter], [503, true])
})

test('GraphQL errors, alone or beside data', async () => {
    const [alone, doneAlone] = await under('e1', { kind: 'errors', message: 'no' })
    assert.deepEqual(
        [alone.status, alone.json, doneAlone],
        [200, { data: null, errors: [{ message: 'no' }] }, false],
    )
    const [partial, donePartial] = await under('e2', { kind: 'partial' })
    assert.deepEqual([partial.status, partial.json.errors.length, donePartial], [200, 1, true])
    assert.equal(partial.json.data.commitArtifact.artifact.state, 'COMMITTED')
})

test('resets, before and after it acted', async () => {
    assert.deepEqual(await under('r1', { kind: 'reset-before' }), [{ status: 'ECONNRESET' }, false])
    assert.deepEqual(await under('r2', { kind: 'reset-after' }), [{ status: 'ECONNRESET' }, true])
})

test('half an answer, and one that is none', async () => {
    assert.deepEqual(await under('h1', { kind: 'truncate' }), [{ status: 'ECONNRESET' }, true])
    const { id } = await client.write('h2', { a: '1' })
    await fault({ operation: 'commitArtifact', kind: 'garbage' })
    await assert.rejects(client.commit(id), /JSON/)
    assert.equal(await committed('h2'), false)
})

test('a slow answer', async () => {
    const begin = Date.now()
    const [{ status }] = await under('slow', { kind: 'slow', milliseconds: 300 })
    assert.equal(status, 200)
    assert.ok(Date.now() - begin >= 300)
})

test('the nth on, as many as asked for, by any of its names', async () => {
    await fault([{ operation: 'Named', kind: 'status', status: 500, at: 2, count: 2 }])
    const statuses = []
    for (let n = 0; n < 4; n++) statuses.push((await client.graphql('query Named { viewer { id } }')).status)
    assert.deepEqual(statuses, [200, 500, 500, 200])
    await fault({ operation: 'graphql', kind: 'status', status: 504 })
    assert.equal((await client.graphql('{ viewer { id } }')).status, 504)
    await fault({ operation: 'viewer', kind: 'status', status: 502, at: 5 })
    await client.control('DELETE', 'faults')
    assert.deepEqual(await client.control('GET', 'faults'), [])
})

test('what is no fault is refused', async () => {
    for (const ask of [
        {},
        { operation: 'x' },
        { operation: 'x', kind: 'y' },
        { operation: 'x', kind: 'slow', at: 0 },
    ]) {
        await assert.rejects(fault(ask), /400/)
    }
    await assert.rejects(client.control('POST', 'answers', { none: 1 }), /400/)
    await assert.rejects(client.control('GET', 'none'), /404/)
})

async function stored(name, content) {
    const { artifact } = await client.create(name, digestOf({}))
    const { id } = await client.manifest(artifact.id)
    const [node] = await client.files(artifact.id, id, { a: content })
    return {
        node,
        file: client.world.files.byKey(node.storagePath),
        url: () => client.service.urlsFor({ headers: {} }).signed('GET', node.storagePath),
    }
}

test('uploads: expired, refused, reset, and what is there then', async () => {
    const { node, file } = await stored('up', 'hello')
    await fault([
        { operation: 'PUT', kind: 'expired' },
        { operation: 'PUT-file', kind: 'status', status: 500, at: 2 },
    ])
    const expired = await client.put(node, 'hello')
    assert.equal(expired.status, 403)
    assert.match(expired.body.toString(), /Request has expired/)
    assert.equal((await client.put(node, 'hello')).status, 500)
    await fault([{ operation: 'PUT', kind: 'reset-before' }])
    await assert.rejects(client.put(node, 'hello'))
    assert.equal(file.object, null)
    await fault([{ operation: 'PUT', kind: 'reset-after' }])
    await assert.rejects(client.put(node, 'hello'))
    assert.equal(file.object.size, 5)
})

test('downloads: half, or other bytes', async () => {
    for (const content of ['hello', 'x'.repeat(600000)]) {
        const { node, url } = await stored(`down${content.length}`, content)
        await client.put(node, content)
        await fault({ operation: 'GET-file', kind: 'wrong-bytes' })
        const wrong = (await http('GET', url())).body.toString()
        assert.deepEqual(
            [wrong.length, wrong.slice(1) === content.slice(1), wrong[0] === content[0]],
            [content.length, true, false],
        )
        await fault({ operation: 'GET', kind: 'truncate' })
        await assert.rejects(http('GET', url()), /aborted|reset|hang up/)
        assert.equal((await http('GET', url())).body.toString(), content)
    }
})

test('URLs that have expired when they are given', async () => {
    await fault({ operation: 'createArtifactFiles', kind: 'expired' })
    const { node } = await stored('late', 'hello')
    assert.equal((await client.put(node, 'hello')).status, 403)
})

test('a request is held before or after it is acted on, until it is released', async () => {
    for (const when of ['before', 'after']) {
        const { id } = await client.write(`held-${when}`, { a: '1' })
        await client.control('POST', 'hold', { operation: 'commitArtifact', when })
        const answer = client.commit(id)
        const waiting = await client.control('GET', 'held?wait=10')
        assert.deepEqual(
            waiting.map((one) => [one.operation, one.when]),
            [['commitArtifact', when]],
        )
        assert.equal(await committed(`held-${when}`), when === 'after')
        assert.deepEqual(await client.control('POST', 'release'), { released: 1 })
        assert.equal((await answer).status, 200)
    }
})

test('a held request can be cut off', async () => {
    const { id } = await client.write('cut', { a: '1' })
    await client.control('POST', 'hold', { operation: 'commitArtifact' })
    const answer = assert.rejects(client.commit(id))
    await client.control('GET', 'held?wait=10')
    await client.control('POST', 'release', { act: false })
    await answer
    assert.equal(await committed('cut'), false)
})

test('a client that dies while it is held has still asked', async () => {
    const { id } = await client.write('dead', { a: '1' })
    await client.control('POST', 'hold', { operation: 'commitArtifact' })
    const request = httpRequest(`${client.base}/graphql`, { method: 'POST', headers: client.headers })
    request.on('error', () => {})
    request.end(
        JSON.stringify({
            query: `mutation { commitArtifact(input: {artifactID: "${id}"}) { artifact { id } } }`,
        }),
    )
    await client.control('GET', 'held?wait=10')
    request.destroy()
    await client.control('POST', 'release')
    while (!(await committed('dead')));
})

test('nobody comes to a hold', async () => {
    await client.control('POST', 'hold', { operation: 'none' })
    await assert.rejects(client.control('GET', 'held?wait=0.05'), /408/)
    assert.deepEqual(await client.control('POST', 'release'), { released: 0 })
})

test('the log tells each request, without secrets', async () => {
    await client.control('DELETE', 'log')
    await client.log('told', { a: 'hello' })
    const log = await client.control('GET', 'log')
    assert.deepEqual(
        log.map(({ operation }) => operation),
        [
            'createArtifact',
            'createArtifactManifest',
            'createArtifactFiles',
            'PUT-file',
            'createArtifactManifest',
            'PUT-manifest',
            'commitArtifact',
        ],
    )
    assert.ok(log.every(({ status }) => status === 200))
    assert.ok(log[0].headers.includes('authorization') && !log[3].headers.includes('authorization'))
    assert.equal(log[0].variables.input.artifactCollectionName, 'told')
    const text = JSON.stringify(log)
    assert.ok(!text.includes(client.headers.Authorization.slice(6)) && !/signature/.test(text))
    const { counts, requests } = await client.control('GET', 'counts')
    assert.deepEqual([counts.createArtifactManifest, counts.PUT, counts['PUT-file']], [2, 2, 1])
    assert.ok(requests.api >= 1 && requests.storage === 1)
    assert.equal((await client.control('GET', 'log?operation=commitArtifact')).length, 1)
    assert.equal((await client.control('GET', 'log?since=6')).length, 2)
})

test('no request was wrong', () => assert.deepEqual(client.world.log.problems, []))
