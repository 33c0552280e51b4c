// Changing, linking, using, deleting.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { place, start } from './kit.js'

const client = await start()
const refused = async (answer) => {
    const { status, json } = await answer
    assert.ok(json.errors, JSON.stringify(json))
    return `${status} ${json.errors[0].message}`
}
const aliasesFor = (artifactCollectionName, ...aliases) =>
    aliases.map((alias) => ({ ...place, artifactCollectionName, alias }))

test('an alias is of one version', async () => {
    const [one, two] = [await client.log('alias', { a: '1' }), await client.log('alias', { a: '2' })]
    await client.must(
        'addAliases',
        { artifactID: one, aliases: aliasesFor('alias', 'best', 'old') },
        'success',
    )
    await client.must('addAliases', { artifactID: two, aliases: aliasesFor('alias', 'best') }, 'success')
    assert.deepEqual((await client.state('alias')).aliases, { latest: 'v1', best: 'v1', old: 'v0' })
    await client.must(
        'deleteAliases',
        { artifactID: one, aliases: aliasesFor('alias', 'best', 'old', 'none') },
        'success',
    )
    assert.deepEqual((await client.state('alias')).aliases, { latest: 'v1', best: 'v1' })
})

test('aliases that are refused change nothing', async () => {
    const id = await client.log('refused', { a: '1' })
    const add = (aliases) => client.mutate('addAliases', { artifactID: id, aliases }, 'success')
    assert.match(await refused(add(aliasesFor('refused', 'good', 'v1'))), /^400 alias v1/)
    assert.match(await refused(add(aliasesFor('refused', 'latest'))), /^400 alias latest/)
    assert.match(await refused(add(aliasesFor('none', 'a'))), /^404 .*none not found/)
    assert.match(await refused(add(aliasesFor('alias', 'a'))), /^404 .*not in collection alias/)
    assert.deepEqual((await client.state('refused')).aliases, { latest: 'v0' })
    client.world.answers.set('protectLatest', false)
    await client.must(
        'deleteAliases',
        { artifactID: id, aliases: aliasesFor('refused', 'latest') },
        'success',
    )
    client.world.answers.set('protectLatest', true)
    assert.deepEqual((await client.state('refused')).aliases, {})
})

test('null and absent change nothing', async () => {
    const more = { description: 'd', metadata: '{"k": 1}', ttlDurationSeconds: 60 }
    const artifactID = await client.log('update', { a: '1' }, { more })
    const update = (input) => client.mutate('updateArtifact', { artifactID, ...input }, 'artifact { id }')
    await update({ description: null, tagsToAdd: [{ tagName: 'x' }, { tagName: 'y' }] })
    await update({ metadata: '{"k": 2}', tagsToDelete: [{ tagName: 'x' }], ttlDurationSeconds: -2 })
    const [{ description, metadata, ttl, tags }] = (await client.state('update')).versions
    assert.deepEqual([description, metadata, ttl, tags], ['d', { k: 2 }, -2, ['y']])
    await update({ aliases: [{ artifactCollectionName: 'update', alias: 'only' }] })
    assert.deepEqual((await client.state('update')).aliases, { latest: 'v0', only: 'v0' })
    assert.match(await refused(update({ metadata: '3' })), /^400/)
})

test('a run uses an artifact', async () => {
    const artifactID = await client.log('used', { a: '1' })
    const use = (more) =>
        client.mutate(
            'useArtifact',
            { artifactID, ...place, runName: 'r', ...more },
            'artifact { usedCount } run { name }',
        )
    assert.deepEqual((await use({})).json.data.useArtifact, {
        artifact: { usedCount: 1 },
        run: { name: 'r' },
    })
    await use({ artifactEntityName: 'research', artifactProjectName: 'p' })
    assert.match(await refused(use({ runName: 'none' })), /^404 run/)
    assert.match(await refused(use({ artifactEntityName: 'research', artifactProjectName: 'q' })), /^400/)
    const query = `{ project(name: "p", entityName: "research") { run(name: "r") {
        inputArtifacts { totalCount edges { node { id } } }
        outputArtifacts(first: 1) { edges { node { artifactSequence { name } } } } } } }`
    const { run } = (await client.query(query)).project
    assert.deepEqual(run.inputArtifacts, { totalCount: 1, edges: [{ node: { id: artifactID } }] })
    assert.equal(run.outputArtifacts.edges[0].node.artifactSequence.name, 'alias')
})

const link = (input) =>
    client.mutate(
        'linkArtifact',
        { entityName: 'research', projectName: 'q', artifactPortfolioName: 'port', ...input },
        `versionIndex artifactCollectionID
        artifactMembership { versionIndex aliases { alias } artifactCollection { __typename name } }`,
    )

test('links are versions of a portfolio', async () => {
    await client.must('upsertModel', { name: 'q', entityName: 'research' }, 'inserted')
    const [one, two] = [
        await client.log('source', { a: '1' }),
        await client.log('source', { a: '2' }, { more: { clientID: 'mine' } }),
    ]
    const { linkArtifact } = (
        await link({ artifactID: two, aliases: [{ artifactCollectionName: 'port', alias: 'prod' }] })
    ).json.data
    assert.equal(linkArtifact.versionIndex, 0)
    assert.deepEqual(linkArtifact.artifactMembership.artifactCollection, {
        __typename: 'ArtifactPortfolio',
        name: 'port',
    })
    assert.deepEqual(
        linkArtifact.artifactMembership.aliases.map(({ alias }) => alias),
        ['latest', 'prod'],
    )
    assert.equal((await link({ clientID: 'mine' })).json.data.linkArtifact.versionIndex, 0) // it is there
    assert.equal((await link({ artifactID: one })).json.data.linkArtifact.versionIndex, 1)
    const unlink = (artifactID) =>
        client.mutate(
            'unlinkArtifact',
            { artifactID, artifactPortfolioID: linkArtifact.artifactCollectionID },
            'success',
        )
    assert.equal((await unlink(one)).status, 200)
    assert.match(await refused(unlink(one)), /^404/)
    const { projects } = await client.control('GET', 'state')
    assert.deepEqual(projects['research/q'].collections.port.aliases, { prod: 'v0', latest: 'v0' })
    assert.equal(projects['research/p'].collections.source.versions.length, 2)
})

test('links that are refused', async () => {
    const artifactID = await client.log('linked', { a: '1' })
    assert.match(await refused(link({})), /^400 .*one of/)
    assert.match(await refused(link({ clientID: 'unknown' })), /^400 client ID/)
    assert.match(await refused(link({ artifactID, projectName: 'none' })), /^404 project/)
    assert.match(
        await refused(link({ artifactID, projectName: 'p', artifactPortfolioName: 'linked' })),
        /^409 .*sequence/,
    )
    assert.match(
        await refused(
            link({
                artifactID: await client.log('typed', { a: '1' }, { more: { artifactTypeName: 'model' } }),
            }),
        ),
        /^409 .*of type/,
    )
    assert.match(
        await refused(link({ artifactID: (await client.write('open', { a: '1' })).id })),
        /^409 .*PENDING/,
    )
    const { status } = await client.mutate(
        'createArtifact',
        {
            ...place,
            projectName: 'q',
            artifactTypeName: 'dataset',
            artifactCollectionName: 'port',
            digest: '0'.repeat(32),
            digestAlgorithm: 'MANIFEST_MD5',
        },
        'artifact { id }',
    )
    assert.equal(status, 409)
})

test('a version with aliases is deleted with them only', async () => {
    const [one, two] = [await client.log('gone', { a: '1' }), await client.log('gone', { a: '2' })]
    const remove = (artifactID, deleteAliases) =>
        client.mutate('deleteArtifact', { artifactID, deleteAliases }, 'success artifact { state }')
    assert.equal((await remove(one, false)).json.data.deleteArtifact.artifact.state, 'DELETED')
    assert.match(await refused(remove(two, false)), /^409 .*aliases/)
    assert.equal((await remove(two, true)).status, 200)
    assert.match(await refused(remove(two, true)), /^404 .*deleted/)
    const { versions, aliases, deleted } = await client.state('gone')
    assert.deepEqual([versions, aliases, deleted], [[], {}, [one, two]])
    await client.log('gone', { a: '1' })
    assert.deepEqual((await client.state('gone')).aliases, { latest: 'v2' }) // no number is given twice
})

test('latest is the newest of those left', async () => {
    await client.log('left', { a: '1' })
    const artifactID = await client.log('left', { a: '2' })
    await client.must('deleteArtifact', { artifactID, deleteAliases: true }, 'success')
    assert.deepEqual((await client.state('left')).aliases, { latest: 'v0' })
})

test('collections: names, tags, types, end', async () => {
    await client.log('coll', { a: '1' })
    const names = { ...place, artifactCollectionName: 'coll' }
    await client.must(
        'createArtifactCollectionTagAssignments',
        { ...names, tags: [{ tagName: 'x' }, { tagName: 'y' }] },
        'tags { name }',
    )
    await client.must(
        'deleteArtifactCollectionTagAssignments',
        { ...names, tags: [{ tagName: 'x' }] },
        'success',
    )
    assert.deepEqual((await client.state('coll')).tags, ['y'])
    const query = '{ project(name: "p", entityName: "research") { artifactCollection(name: "coll") { id } } }'
    const { id: artifactSequenceID } = (await client.query(query)).project.artifactCollection
    const update = (input) =>
        client.mutate(
            'updateArtifactSequence',
            { artifactSequenceID, ...input },
            'artifactCollection { name }',
        )
    await update({ name: 'new name', description: 'words' })
    assert.equal((await client.state('new name')).description, 'words')
    assert.match(await refused(update({ name: 'left' })), /^409/)
    await client.must(
        'moveArtifactSequence',
        { artifactSequenceID, destinationArtifactTypeName: 'model' },
        'artifactCollection { name }',
    )
    assert.equal((await client.state('new name')).type, 'model')
    await client.must('deleteArtifactSequence', { artifactSequenceID }, 'artifactCollection { name }')
    assert.equal(await client.state('new name'), undefined)
})

test('no request was wrong', () => assert.deepEqual(client.world.log.problems, []))
