// Writing whole artifacts: what createArtifact gives, what has to be uploaded, and what a commit refuses.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { digestOf, manifestOf, md5, place, start } from './kit.js'

const client = await start()

const message = async (answer, status) => {
    const { status: got, json } = await answer
    assert.equal(got, status, JSON.stringify(json))
    return json.errors[0].message
}

test('versions count up, and latest moves', async () => {
    await client.log('count', { a: '1' })
    await client.log('count', { a: '2' })
    const { versions, aliases } = await client.state('count')
    assert.deepEqual(
        versions.map((one) => [one.version, one.aliases]),
        [
            ['v0', []],
            ['v1', ['latest']],
        ],
    )
    assert.deepEqual(aliases, { latest: 'v1' })
    await client.log('count', { a: '3' }, { more: { aliases: null } }) // though nobody said so
    assert.deepEqual((await client.state('count')).aliases, { latest: 'v2' })
})

test('aliases, tags, metadata, ttl and the run come along', async () => {
    const aliases = ['latest', 'best'].map((alias) => ({ artifactCollectionName: 'words', alias }))
    const more = {
        aliases,
        tags: [{ tagName: 'clean' }],
        metadata: '{"k": 1}',
        ttlDurationSeconds: 60,
        description: 'd',
    }
    await client.log('words', { a: '1' }, { more })
    const [version] = (await client.state('words')).versions
    assert.deepEqual(
        [version.aliases, version.tags, version.metadata, version.ttl, version.description, version.run],
        [['latest', 'best'], ['clean'], { k: 1 }, 60, 'd', 'r'],
    )
})

test('the same content is the same version', async () => {
    const first = await client.log('dedup', { a: '1' })
    await client.log('dedup', { a: '2' })
    const { artifact } = await client.create('dedup', digestOf({ a: { digest: md5('1') } }))
    assert.deepEqual([artifact.id, artifact.state], [first, 'COMMITTED'])
    assert.deepEqual((await client.state('dedup')).aliases, { latest: 'v0' })
    const { artifact: other } = await client.create('dedup', digestOf({ a: { digest: md5('1') } }), {
        enableDigestDeduplication: false,
    })
    assert.equal(other.state, 'PENDING')
    const { artifact: elsewhere } = await client.create('dedup2', digestOf({ a: { digest: md5('1') } }))
    assert.equal(elsewhere.state, 'PENDING')
})

test('a deduplicated create moves no alias where that is the answer', async () => {
    await client.log('still', { a: '1' })
    await client.log('still', { a: '2' })
    client.world.answers.set('dedupAliases', 'none')
    await client.create('still', digestOf({ a: { digest: md5('1') } }))
    client.world.answers.set('dedupAliases', 'all')
    assert.deepEqual((await client.state('still')).aliases, { latest: 'v1' })
})

test('known content is not uploaded again, and keeps where it was born', async () => {
    const first = await client.log('known', { a: 'x', b: 'y' })
    const { artifact } = await client.create('known', digestOf({}))
    const { id } = await client.manifest(artifact.id)
    const [known, fresh] = await client.files(artifact.id, id, { c: 'x', d: 'z' })
    assert.deepEqual([known.name, known.uploadUrl, known.artifact.id], ['c', null, first])
    assert.deepEqual([fresh.name, typeof fresh.uploadUrl, fresh.artifact.id], ['d', 'string', artifact.id])
})

test('what a pending artifact uploaded is known to the next try', async () => {
    await client.write('again', { a: 'x' })
    const { artifact } = await client.create('again', digestOf({}))
    const { id } = await client.manifest(artifact.id)
    assert.equal((await client.files(artifact.id, id, { a: 'x' }))[0].uploadUrl, null)
})

test('a commit is done once', async () => {
    const { id } = await client.write('once', { a: '1' })
    const [one, two] = await Promise.all([client.commit(id), client.commit(id)])
    assert.deepEqual(one.json, two.json)
    assert.equal((await client.state('once')).versions.length, 1)
})

test('a commit without manifest, or with one never uploaded, is refused', async () => {
    const { artifact } = await client.create('bare', digestOf({}))
    assert.match(await message(client.commit(artifact.id), 400), /has no manifest/)
    await client.manifest(artifact.id)
    assert.match(await message(client.commit(artifact.id), 400), /never uploaded/)
    await client.manifest(artifact.id, { digest: md5(manifestOf({})) })
    assert.match(await message(client.commit(artifact.id), 400), /never uploaded/)
})

const commitOf = async (name, digest, text) => {
    const { artifact } = await client.create(name, digest, { enableDigestDeduplication: false })
    await client.manifest(artifact.id)
    const { file } = await client.manifest(artifact.id, { digest: md5(text) })
    await client.put(file, text)
    return client.commit(artifact.id)
}

test('a commit refuses files that are not there, or not of that size', async () => {
    const birthArtifactID = await client.log('here', { a: '1' })
    const entries = (more) => ({ a: { digest: md5('1'), size: 1, birthArtifactID, ...more } })
    const digest = digestOf(entries({}))
    const refused = async (more) =>
        message(commitOf('here', digestOf(entries(more)), manifestOf(entries(more))), 400)
    assert.match(await refused({ digest: md5('2') }), /file a was never uploaded/)
    assert.match(await refused({ size: 2 }), /has 1 bytes, not 2/)
    assert.match(await refused({ birthArtifactID: 'QXJ0aWZhY3Q6MQ==' }), /of no artifact/)
    assert.match(await refused({ birthArtifactID: undefined }), /no birthArtifactID/)
    assert.match(
        await message(commitOf('here', digestOf({}), manifestOf(entries({}))), 400),
        /digest of the artifact/,
    )
    assert.equal((await commitOf('here', digest, manifestOf(entries({})))).status, 200)
})

test('a commit refuses what is no manifest', async () => {
    const refused = async (text) => message(commitOf('json', digestOf({}), text), 400)
    assert.match(await refused('{'), /not JSON/)
    assert.match(await refused('{"version": 2}'), /version 1/)
    assert.match(await refused('{"version": 1, "storagePolicy": "x"}'), /storage policy/)
    assert.match(await refused(manifestOf([])), /no contents/)
    assert.match(await refused(manifestOf({}).replace('V2', 'V1')), /layout V1/)
    for (const path of ['/a', 'a//b', '../a', 'a/.', '']) {
        assert.match(
            await refused(manifestOf({ [path]: { digest: md5(''), size: 0, birthArtifactID: 'x' } })),
            /path/,
        )
    }
    assert.match(
        await refused(manifestOf({ a: { digest: 'x', size: 0, birthArtifactID: 'x' } })),
        /base64 of an MD5/,
    )
    assert.match(await refused(manifestOf({ a: { size: 0 } })), /no digest/)
    assert.match(await refused(manifestOf({ a: { digest: md5(''), birthArtifactID: 'x' } })), /no size/)
    assert.match(await refused(manifestOf({ a: { digest: 'x', ref: 3, size: 0 } })), /ref/)
    assert.match(await refused(manifestOf({ a: { digest: 'x', ref: 's3://b/k', extra: [] } })), /extra/)
})

test('references need no upload', async () => {
    const references = {
        r: { digest: 'etag', ref: 's3://b/k', size: 5, extra: { etag: 'etag' } },
        s: { digest: 'u', ref: 'x://u' },
    }
    const id = await client.log('refs', { a: '12' }, { references })
    const { artifact } = await client.query(
        'query Q($id: ID!) { artifact(id: $id) { size storageBytes fileCount } }',
        { id },
    )
    assert.deepEqual(artifact, { size: 7, storageBytes: 2, fileCount: 3 })
})

test('a committed artifact takes no more', async () => {
    const id = await client.log('ended', { a: '1' })
    const input = { artifactID: id, name: 'wandb_manifest.json', digest: '', ...place, runName: 'r' }
    assert.match(
        await message(client.mutate('createArtifactManifest', input, 'artifactManifest { id }'), 409),
        /COMMITTED/,
    )
    const artifactFiles = [{ artifactID: id, name: 'b', md5: md5('2') }]
    const files = { artifactFiles, storageLayout: 'V2' }
    assert.match(
        await message(client.mutate('createArtifactFiles', files, 'files { edges { node { id } } }'), 409),
        /COMMITTED/,
    )
})

test('createArtifactFiles refuses other manifests, layouts, digests', async () => {
    const [one, two] = [
        (await client.create('f1', digestOf({}))).artifact,
        (await client.create('f2', digestOf({}))).artifact,
    ]
    const { id } = await client.manifest(two.id)
    const refused = async (spec, layout = 'V2') => {
        const input = {
            artifactFiles: [{ artifactID: one.id, name: 'a', md5: md5(''), ...spec }],
            storageLayout: layout,
        }
        return message(client.mutate('createArtifactFiles', input, 'files { edges { node { id } } }'), 400)
    }
    assert.match(await refused({ artifactManifestID: id }), /another artifact/)
    assert.match(await refused({}, 'V1'), /layout V2/)
    assert.match(await refused({ md5: 'd41d8cd98f00b204e9800998ecf8427e' }), /base64 of an MD5/)
    assert.match(await refused({ name: '../a' }), /path/)
})

test('a base has to be a version', async () => {
    const { artifact } = await client.create('base', digestOf({}))
    const other = (await client.create('base', digestOf({}))).artifact
    const input = {
        artifactID: artifact.id,
        baseArtifactID: other.id,
        name: 'm.json',
        digest: '',
        ...place,
        runName: 'r',
        type: 'FULL',
    }
    assert.match(
        await message(client.mutate('createArtifactManifest', input, 'artifactManifest { id }'), 400),
        /base artifact/,
    )
})

test('a run that does not exist is refused where that is the answer', async () => {
    const { artifact } = await client.create('run', digestOf({}))
    const input = {
        artifactID: artifact.id,
        name: 'm.json',
        digest: '',
        ...place,
        runName: 'none',
        type: 'FULL',
    }
    assert.equal(
        (await client.mutate('createArtifactManifest', input, 'artifactManifest { id }')).status,
        200,
    )
    client.world.answers.set('unknownRun', false)
    assert.match(
        await message(client.mutate('createArtifactManifest', input, 'artifactManifest { id }'), 404),
        /run .*none/,
    )
    client.world.answers.set('unknownRun', true)
})

test('a client ID leads to the artifact', async () => {
    const { artifact } = await client.create('client', digestOf({}), { clientID: 'c1' })
    const query = 'query Q($id: ID!) { clientIDMapping(clientID: $id) { serverID } }'
    assert.deepEqual(await client.query(query, { id: 'c1' }), { clientIDMapping: { serverID: artifact.id } })
    assert.deepEqual(await client.query(query, { id: 'c2' }), { clientIDMapping: null })
})

test('no request was wrong', () => assert.deepEqual(client.world.log.problems, []))
