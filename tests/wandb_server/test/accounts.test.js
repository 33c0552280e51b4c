// Who may do what: keys, entities, projects.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { digestOf, http, key, place, start } from './kit.js'

const client = await start({ defaultEntities: [['alice', 'research']] })
const { log } = client.world
const basic = (text) => ({ Authorization: `Basic ${Buffer.from(text).toString('base64')}` })
const viewer = 'query Viewer { viewer { id entity username email flags teams { edges { node { name } } } } }'

test('a key says who asks', async () => {
    const { viewer: alice } = await client.query(viewer)
    assert.deepEqual(
        [alice.username, alice.entity, alice.teams.edges],
        ['alice', 'research', [{ node: { name: 'research' } }]],
    )
    const { json } = await client.graphql(viewer, {}, basic(`api:${'b'.repeat(40)}`))
    assert.deepEqual([json.data.viewer.username, json.data.viewer.entity], ['bob', 'bob'])
})

test('without a key that is known there is no answer', async () => {
    const wrong = [
        {},
        basic(`api:${'c'.repeat(40)}`),
        basic(`app:${key}`),
        basic(key),
        { Authorization: `Bearer ${key}` },
        { Authorization: 'Basic' },
    ]
    for (const headers of wrong) {
        const { status, json } = await client.graphql(viewer, {}, headers)
        assert.equal(status, 401)
        assert.deepEqual(json, { errors: [{ message: 'user is not logged in' }] })
    }
    const stream = `${client.base}/files/research/p/r/file_stream`
    assert.equal((await http('POST', stream, { body: '{}' })).status, 401)
    assert.equal(
        (await http('POST', stream, { body: '{}', headers: client.headers })).body.toString(),
        '{"exitcode":null,"limits":{}}',
    )
})

const refused = async (answer) => {
    const { status, json } = await answer
    return `${status} ${json.errors.map(({ message }) => message).join()}`
}
const bucket = (input) => client.mutate('upsertBucket', input, 'bucket { name }')

test("an entity has to be there, and the user's", async () => {
    assert.equal(
        await refused(bucket({ entityName: 'nobody', modelName: 'p', name: 'r' })),
        '404 entity nobody not found during upsertBucket',
    )
    assert.equal(
        await refused(bucket({ entityName: 'others', modelName: 'p', name: 'r' })),
        '403 permission denied',
    )
})

test('others see nothing, and change nothing', async () => {
    const id = await client.log('mine', { a: '1' })
    const bob = basic(`api:${'b'.repeat(40)}`)
    const query = `query Q($id: ID!) { artifact(id: $id) { id } project(name: "p", entityName: "research") { name } }`
    assert.deepEqual((await client.graphql(query, { id }, bob)).json.data, { artifact: null, project: null })
    const change = 'mutation M($id: ID!) { deleteArtifact(input: {artifactID: $id}) { success } }'
    assert.equal(await refused(client.graphql(change, { id }, bob)), '403 permission denied')
})

test('a run makes its project, once', async () => {
    const made = await client.must(
        'upsertBucket',
        { name: 'x', modelName: 'fresh', entityName: 'research', config: '{"k": {"value": 1}}' },
        `inserted bucket { id name displayName wandbConfig(keys: ["k"]) project { name entity { name } } }
        serverSettings { serverMessages { plainText } }`,
    )
    assert.equal(made.inserted, true)
    assert.deepEqual(made.bucket.project, { name: 'fresh', entity: { name: 'research' } })
    assert.equal(made.bucket.wandbConfig, '{"k":{"value":1}}')
    const again = await client.must(
        'upsertBucket',
        { name: 'x', modelName: 'fresh' },
        'inserted bucket { id }',
    )
    assert.deepEqual(again, { inserted: false, bucket: { id: made.bucket.id } })
    const model = await client.must(
        'upsertModel',
        { name: 'bare', entityName: 'research' },
        'inserted project { name }',
    )
    assert.deepEqual(model, { inserted: true, project: { name: 'bare' } })
    const run = await client.must(
        'upsertBucket',
        { modelName: 'fresh' },
        'bucket { name project { entityName } }',
    )
    assert.match(run.bucket.name, /^[0-9a-f]{8}$/)
    assert.equal(run.bucket.project.entityName, 'research')
})

test('artifacts want their project and run', async () => {
    const input = {
        ...place,
        artifactTypeName: 't',
        artifactCollectionName: 'n',
        digest: digestOf({}),
        digestAlgorithm: 'MANIFEST_MD5',
    }
    const create = (more) => client.mutate('createArtifact', { ...input, ...more }, 'artifact { id }')
    assert.match(await refused(create({ projectName: 'none' })), /^404 project research\/none not found/)
    assert.match(await refused(create({ runName: 'none' })), /^404 run research\/p\/none not found/)
    assert.equal((await create({ runName: null })).status, 200)
})

test('an organization has an entity of its own', async () => {
    const query =
        '{ entity(name: "research") { organization { name orgEntity { name } } } viewer { organizations { name } } }'
    assert.deepEqual(await client.query(query), {
        entity: { organization: { name: 'acme', orgEntity: { name: 'acme-org' } } },
        viewer: { organizations: [{ name: 'acme' }] },
    })
})

test('files of runs are taken', async () => {
    const made = await client.must(
        'createRunFiles',
        { ...place, runName: 'r', files: ['output.log'] },
        'runID uploadHeaders files { name uploadUrl }',
    )
    assert.equal(
        (await http('PUT', made.files[0].uploadUrl, { headers: { 'Content-Length': 2 }, body: 'ok' })).status,
        200,
    )
    assert.deepEqual(
        await client.must(
            'markRunFilesUploaded',
            { ...place, runName: 'r', files: ['output.log'] },
            'success',
        ),
        { success: true },
    )
})

test('a key anywhere else is a problem', async () => {
    assert.deepEqual(log.problems, [])
    await http('GET', `${client.base}/nothing?key=${key}`)
    await http('GET', `${client.base}/nothing`, { headers: { 'X-Key': key } })
    await client.graphql(`{ project(name: "${key}") { id } }`)
    const problems = log.problems.splice(0).map(({ problem }) => problem)
    assert.deepEqual(
        problems.map((words) => words.startsWith('an API key')),
        [true, true, true],
    )
    const text = JSON.stringify(log.entries.filter(({ path }) => path === '/nothing'))
    assert.ok(!text.includes(key))
})
