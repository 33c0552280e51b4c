// Artifacts of many writers, increments, and drafts of older versions.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { digestOf, manifestOf, md5, start } from './kit.js'

const client = await start()
const paths = async (name) => Object.keys(await client.manifestNow(`research/p/${name}`)).sort()
const commit = (artifactID) => client.must('commitArtifact', { artifactID }, 'artifact { id digest }')

test('writers with one distributed ID share an artifact, which unites their patches', async () => {
    const one = await client.upsert('many', 'd1', { a: '1' })
    const two = await client.upsert('many', 'd1', { b: '2' })
    assert.equal(one, two)
    const pending = (await client.state('many')).pending
    assert.deepEqual(
        pending.map(({ id, distributedID }) => [id, distributedID]),
        [[one, 'd1']],
    )
    await client.upsert('many', 'd1', {})
    const { artifact } = await commit(one)
    assert.deepEqual(await paths('many'), ['a', 'b'])
    assert.equal(artifact.digest, digestOf({ a: { digest: md5('1') }, b: { digest: md5('2') } }))
})

test('another ID, another collection and a committed one are other artifacts', async () => {
    const one = await client.upsert('apart', 'd1', { a: '1' })
    assert.notEqual(await client.upsert('apart', 'd2', { a: '1' }), one)
    assert.notEqual(await client.upsert('apart2', 'd1', { a: '1' }), one)
    await commit(one)
    assert.notEqual(await client.upsert('apart', 'd1', { a: '1' }), one)
})

test('a patch whose writer died is left out; without any there is no commit', async () => {
    const id = await client.upsert('died', 'd1', { a: '1' })
    await client.manifest(id, { type: 'PATCH', name: 'wandb_manifest.patch.json' })
    await client.manifest(id, {
        type: 'PATCH',
        name: 'wandb_manifest.patch.json',
        digest: md5(manifestOf({ b: {} })),
    })
    await commit(id)
    assert.deepEqual(await paths('died'), ['a'])
    const { artifact } = await client.create('died', digestOf({}), { distributedID: 'd2' })
    await client.manifest(artifact.id, { type: 'PATCH', name: 'wandb_manifest.patch.json' })
    const { status, json } = await client.commit(artifact.id)
    assert.equal(status, 400)
    assert.match(json.errors[0].message, /no patch/)
})

test('patches inherit the latest version only where that is the answer', async () => {
    await client.log('heir', { old: '0' })
    await commit(await client.upsert('heir', 'd1', { a: '1' }))
    assert.deepEqual(await paths('heir'), ['a'])
    client.world.answers.set('patchInherits', true)
    await commit(await client.upsert('heir', 'd2', { b: '2' }))
    client.world.answers.set('patchInherits', false)
    assert.deepEqual(await paths('heir'), ['a', 'b'])
})

test('two patches with one path: the later wins, or the commit is refused; it is a problem', async () => {
    await client.upsert('clash', 'd1', { a: '1' })
    await commit(await client.upsert('clash', 'd1', { a: '2' }))
    assert.equal((await client.manifestNow('research/p/clash')).a.digest, md5('2'))
    client.world.answers.set('patchConflict', 'refuse')
    await client.upsert('clash', 'd2', { a: '3' })
    const { status } = await client.commit(await client.upsert('clash', 'd2', { a: '4' }))
    client.world.answers.set('patchConflict', 'last')
    assert.equal(status, 409)
    const problems = client.world.log.problems.splice(0)
    assert.deepEqual(
        problems.map(({ problem }) => problem),
        Array(2).fill('two patches bring a with different content'),
    )
})

test('a distributed create is not deduplicated, unless that is the answer', async () => {
    const first = await client.log('again', {})
    const { artifact } = await client.create('again', digestOf({}), { distributedID: 'd1' })
    assert.equal(artifact.state, 'PENDING')
    client.world.answers.set('dedupDistributed', true)
    const { artifact: same } = await client.create('again', digestOf({}), { distributedID: 'd2' })
    client.world.answers.set('dedupDistributed', false)
    assert.equal(same.id, first)
})

async function increment(name, contents, baseArtifactID) {
    const entries = Object.fromEntries(
        Object.entries(contents).map(([path, content]) => [path, { digest: md5(content) }]),
    )
    const { artifact } = await client.create(name, digestOf(entries))
    const type = { type: 'INCREMENTAL', name: 'wandb_manifest.incremental.json', baseArtifactID }
    const { id } = await client.manifest(artifact.id, type)
    const uploaded = await client.upload(artifact.id, id, contents)
    const input = { artifactManifestID: id, digest: md5(manifestOf(uploaded)), baseArtifactID: null }
    const selection = 'artifactManifest { id file { uploadUrl uploadHeaders } }'
    const { artifactManifest } = await client.must('updateArtifactManifest', input, selection)
    await client.putManifest(artifactManifest, uploaded)
    return artifact.id
}

test('an increment lies over its base', async () => {
    const base = await client.log('more', { a: '1', b: '2' })
    const { artifact } = await commit(await increment('more', { b: '3', c: '4' }, base))
    assert.deepEqual(await paths('more'), ['a', 'b', 'c'])
    assert.equal(
        artifact.digest,
        digestOf({ a: { digest: md5('1') }, b: { digest: md5('3') }, c: { digest: md5('4') } }),
    )
    client.world.answers.set('mergedDigest', 'given')
    const given = await commit(await increment('more', { d: '5' }, base))
    client.world.answers.set('mergedDigest', 'computed')
    assert.equal(given.artifact.digest, digestOf({ d: { digest: md5('5') } }))
})

test('an increment without base is all there is', async () => {
    await commit(await increment('first', { a: '1' }, null))
    assert.deepEqual(await paths('first'), ['a'])
})

test('a merged artifact has a manifest to download', async () => {
    const id = await client.upsert('file', 'd1', { a: '1' })
    await commit(id)
    const query =
        'query Q($id: ID!) { artifact(id: $id) { currentManifest { digest type file { directUrl } } } }'
    const { currentManifest } = (await client.query(query, { id })).artifact
    const text = await (await fetch(currentManifest.file.directUrl)).text()
    assert.deepEqual([currentManifest.type, currentManifest.digest], ['FULL', md5(text)])
    assert.deepEqual(JSON.parse(text).contents, { a: { digest: md5('1'), size: 1, birthArtifactID: id } })
})

test('a draft of an older version repeats its entries without uploads', async () => {
    const old = await client.log('draft', { a: '1', b: '2' })
    const contents = await client.manifestNow(old)
    await client.log('draft', { c: '3' })
    const entries = { a: contents.a }
    const { artifact } = await client.create('draft', digestOf(entries))
    await client.manifest(artifact.id, { baseArtifactID: old })
    await client.putManifest(
        await client.manifest(artifact.id, { digest: md5(manifestOf(entries)), baseArtifactID: old }),
        entries,
    )
    await commit(artifact.id)
    assert.deepEqual(await client.manifestNow('research/p/draft:v2'), { a: contents.a })
})

test('no request was wrong', () => assert.deepEqual(client.world.log.problems, []))
