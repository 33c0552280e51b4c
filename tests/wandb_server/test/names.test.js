// Names and values that W&B refuses.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { digestOf, place, start } from './kit.js'

const client = await start()
const input = {
    ...place,
    artifactTypeName: 'dataset',
    artifactCollectionName: 'n',
    digest: digestOf({}),
    digestAlgorithm: 'MANIFEST_MD5',
}

async function refuses(name, all, selection, words) {
    const { status, json } = await client.mutate(name, all, selection)
    assert.ok(status === 400 || status === 409, `${JSON.stringify(all)} is not refused`)
    assert.match(json.errors[0].message, words)
}
const create = (more, words) => refuses('createArtifact', { ...input, ...more }, 'artifact { id }', words)
const long = 'x'.repeat(129)

test('names of artifacts', async () => {
    for (const name of ['', 'a b', 'a/b', 'a:b', 'ä', long])
        await create({ artifactCollectionName: name }, /artifact name/)
    await create({ artifactCollectionNames: ['n'] }, /one of/)
    await create({ artifactCollectionName: null }, /one of/)
    await create({ artifactCollectionName: null, artifactCollectionNames: ['a', 'b'] }, /one name/)
    const { status } = await client.mutate(
        'createArtifact',
        { ...input, artifactCollectionName: null, artifactCollectionNames: ['old'] },
        'artifact { id }',
    )
    assert.equal(status, 200)
})

test('types', async () => {
    for (const artifactTypeName of ['', 'a/b', 'a:b', ' a', long])
        await create({ artifactTypeName }, /artifact type/)
    for (const [artifactTypeName, artifactCollectionName] of [
        ['job', 'n'],
        ['wandb-x', 'n'],
        ['run_table', 'run-1'],
        ['code', 'source-1'],
    ]) {
        await create({ artifactTypeName, artifactCollectionName }, /reserved/)
    }
})

test('a collection keeps its type', async () => {
    await client.log('typed', { a: '1' })
    await create(
        { artifactCollectionName: 'typed', artifactTypeName: 'model' },
        /of type dataset, and cannot be of type model/,
    )
    const query =
        '{ project(name: "p", entityName: "research") { artifactType(name: "typed:latest") { name } } }'
    assert.equal((await client.query(query)).project.artifactType.name, 'dataset')
})

test('aliases', async () => {
    for (const alias of ['', 'a/b', 'a:b', 'v3', long]) {
        await create({ aliases: [{ artifactCollectionName: 'n', alias }] }, /alias/)
    }
    await create(
        { aliases: [{ artifactCollectionName: 'other', alias: 'a' }] },
        /for collection other, not n/,
    )
})

test('tags', async () => {
    for (const tagName of ['', 'a/b', ' a', 'a.b', long]) await create({ tags: [{ tagName }] }, /tag/)
    await create({ tags: Array.from({ length: 21 }, (_, index) => ({ tagName: `t${index}` })) }, /20 tags/)
})

test('metadata, ttl, digests', async () => {
    await create({ metadata: '[]' }, /not a JSON object/)
    await create({ metadata: 'null' }, /not a JSON object/)
    await create(
        {
            metadata: JSON.stringify(
                Object.fromEntries(Array.from({ length: 101 }, (_, key) => [`k${key}`, 1])),
            ),
        },
        /100 keys/,
    )
    for (const ttlDurationSeconds of [0, -3]) await create({ ttlDurationSeconds }, /ttlDurationSeconds/)
    for (const digest of ['', 'x', digestOf({}).toUpperCase()]) await create({ digest }, /digest/)
})

test('projects and runs', async () => {
    const bucket = (more, words) =>
        refuses(
            'upsertBucket',
            { entityName: 'research', modelName: 'p', name: 'r', ...more },
            'inserted',
            words,
        )
    for (const sign of '/\\#?%:\r\n') await bucket({ modelName: `a${sign}b` }, /project name/)
    for (const sign of ":;,#?/'") await bucket({ name: `a${sign}b` }, /run id/)
    for (const name of [' a', 'a ', '']) await bucket({ name }, /run id/)
    await bucket({ modelName: long }, /project name/)
})

test('what was refused left nothing', async () => {
    assert.equal(await client.state('n'), undefined)
    assert.deepEqual(client.world.log.problems, [])
})
