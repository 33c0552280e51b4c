// Reading: versions by each kind of name, files, lists and their pages.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { http, md5, start } from './kit.js'

const client = await start()
const names = Array.from({ length: 120 }, (_, index) => `f${String(index).padStart(3, '0')}`)
const contents = Object.fromEntries(names.map((name) => [name, `content of ${name}`]))
const aliases = ['latest', 'best'].map((alias) => ({ artifactCollectionName: 'read', alias }))
const references = { ref: { digest: 'etag', ref: 's3://bucket/key', size: 3 } }
const first = await client.log('read', contents, { more: { aliases }, references })
const second = await client.log('read', { other: '2' })

const inProject = async (field) =>
    (await client.query(`{ project(name: "p", entityName: "research") { ${field} } }`)).project

test('a version is found by alias, number, digest and commit hash', async () => {
    const [{ digest, commitHash }] = (await client.state('read')).versions
    for (const [word, id] of [
        ['best', first],
        ['latest', second],
        ['v0', first],
        ['v1', second],
        [digest, first],
        [commitHash, first],
    ]) {
        const { artifactCollectionMembership: membership } = await inProject(
            `artifactCollectionMembership(name: "read:${word}") {
                versionIndex artifact { id } artifactCollection { __typename name } }`,
        )
        assert.equal(membership.artifact.id, id)
        assert.deepEqual(membership.artifactCollection, { __typename: 'ArtifactSequence', name: 'read' })
        assert.equal((await inProject(`artifact(name: "read:${word}") { id }`)).artifact.id, id)
    }
    assert.equal((await inProject('artifact(name: "read") { id }')).artifact.id, second)
    for (const address of ['read:none', 'read:v9', 'none:latest', 'none']) {
        assert.deepEqual(await inProject(`artifactCollectionMembership(name: "${address}") { id }`), {
            artifactCollectionMembership: null,
        })
    }
})

test('an ID that is none of ours is null', async () => {
    assert.deepEqual(await client.query('{ artifact(id: "QXJ0aWZhY3Q6MQ==") { id } }'), { artifact: null })
})

test('a pending artifact has neither version nor manifest', async () => {
    const { id } = await client.write('pending', { a: '1' })
    const query =
        'query Q($id: ID!) { artifact(id: $id) { state versionIndex commitHash currentManifest { id } aliases { alias } } }'
    assert.deepEqual((await client.query(query, { id })).artifact, {
        state: 'PENDING',
        versionIndex: null,
        commitHash: null,
        currentManifest: null,
        aliases: [],
    })
    assert.equal((await inProject('artifact(name: "pending:latest") { id }')).artifact, null)
})

test('the manifest is what was uploaded', async () => {
    const query = 'query Q($id: ID!) { artifact(id: $id) { currentManifest { digest file { directUrl } } } }'
    const { currentManifest } = (await client.query(query, { id: first })).artifact
    const { body } = await http('GET', currentManifest.file.directUrl)
    assert.equal(md5(body), currentManifest.digest)
    assert.equal(Object.keys(JSON.parse(body).contents).length, 121)
})

test('files come in pages, references among them', async () => {
    const found = new Map()
    let [after, pages] = [null, 0]
    do {
        const { artifactCollection } =
            await inProject(`artifactCollection(name: "read") { artifactMembership(aliasName: "v0") {
            files(first: 50, after: ${JSON.stringify(after)}) { totalCount pageInfo { hasNextPage endCursor }
            edges { node { name directUrl } } } } }`)
        const { pageInfo, edges, totalCount } = artifactCollection.artifactMembership.files
        assert.equal(totalCount, 121)
        for (const { node } of edges) found.set(node.name, node.directUrl)
        after = pageInfo.hasNextPage ? pageInfo.endCursor : null
        pages++
    } while (after)
    assert.equal(pages, 3)
    assert.deepEqual([...found.keys()], [...names, 'ref'])
    assert.equal(found.get('ref'), 's3://bucket/key')
    assert.equal((await http('GET', found.get('f077'))).body.toString(), contents.f077)
})

test('files are found by name', async () => {
    const query =
        'query Q($id: ID!) { artifact(id: $id) { files(names: ["f003", "none"]) { edges { node { name sizeBytes digest } } } } }'
    const { edges } = (await client.query(query, { id: first })).artifact.files
    assert.deepEqual(edges, [{ node: { name: 'f003', sizeBytes: 15, digest: md5(contents.f003) } }])
})

test('files are found by the entries of a manifest', async () => {
    const query = `query Q($id: ID!, $entries: [ArtifactManifestEntryInput!]) { artifact(id: $id) {
        filesByManifestEntries(entries: $entries, storageLayout: "V2", manifestVersion: "1") {
            edges { node { name directUrl } } } } }`
    const entry = { name: 'f001', digest: md5(contents.f001), birthArtifactID: first, size: 15 }
    const { edges } = (await client.query(query, { id: first, entries: [entry] })).artifact
        .filesByManifestEntries
    assert.equal((await http('GET', edges[0].node.directUrl)).body.toString(), contents.f001)
    const { status } = await client.graphql(query, { id: second, entries: [entry] })
    assert.equal(status, 404)
})

test('versions, newest first, the pending ones only where they are asked for', async () => {
    await client.write('read', { third: '3' })
    const list = async (args) =>
        (
            await inProject(`artifactType(name: "dataset") { artifactCollection(name: "read") {
        artifacts(${args}) { totalCount pageInfo { hasNextPage } edges { version node { id state } } } } }`)
        ).artifactType.artifactCollection.artifacts
    const committed = await list('filters: "{\\"state\\":\\"COMMITTED\\"}"')
    assert.deepEqual(committed.edges, [
        { version: 'v1', node: { id: second, state: 'COMMITTED' } },
        { version: 'v0', node: { id: first, state: 'COMMITTED' } },
    ])
    const page = await list('first: 1, order: "createdAt"')
    assert.deepEqual([page.totalCount, page.pageInfo.hasNextPage, page.edges[0].version], [2, true, 'v0'])
    assert.equal((await list('filters: "{\\"state\\":\\"PENDING\\"}"')).edges.length, 1)
    await assert.rejects(list('filters: "{\\"colour\\":1}"'), /filters cannot hold colour/)
    await assert.rejects(list('order: "colour"'), /order cannot be colour/)
    await assert.rejects(list('after: "x"'), /cursor x is not valid/)
    await assert.rejects(list('first: -1'), /below 0/)
})

test('types, collections and aliases', async () => {
    const found =
        await inProject(`artifactTypes { edges { node { name artifactCollections { edges { node { name } } } } } }
        artifactCollections(order: "-name", first: 1) { totalCount edges { node { __typename name id } } }`)
    assert.deepEqual(
        found.artifactTypes.edges.map(({ node }) => node.name),
        ['dataset'],
    )
    assert.deepEqual(
        found.artifactTypes.edges[0].node.artifactCollections.edges.map(({ node }) => node.name),
        ['pending', 'read'],
    )
    const { totalCount, edges } = found.artifactCollections
    assert.deepEqual([totalCount, edges[0].node.name], [2, 'read'])
    const query =
        'query Q($id: ID!) { artifactCollection(id: $id) { aliases { edges { node { alias artifact { id } } } } } }'
    const { aliases: all } = (await client.query(query, { id: edges[0].node.id })).artifactCollection
    assert.deepEqual(
        all.edges.map(({ node }) => [node.alias, node.artifact.id]),
        [
            ['latest', second],
            ['best', first],
        ],
    )
})

test('aliases name versions too where that is the answer', async () => {
    const field = 'artifact(name: "read:best") { aliases { alias } }'
    client.world.answers.set('versionAliases', true)
    const { artifact } = await inProject(field)
    client.world.answers.set('versionAliases', false)
    assert.deepEqual(
        artifact.aliases.map(({ alias }) => alias),
        ['best', 'v0'],
    )
    assert.deepEqual((await inProject(field)).artifact.aliases, [{ alias: 'best' }])
})

test('no request was wrong', () => assert.deepEqual(client.world.log.problems, []))
