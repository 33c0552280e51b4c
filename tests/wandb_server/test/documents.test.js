// Documents are executed for real: what the schema does not have is an error, and a problem.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { http, start } from './kit.js'

const client = await start()
const problems = () => client.world.log.problems.splice(0).map(({ problem }) => problem)

const invalid = async (query, words, variables) => {
    const { status, json } = await client.graphql(query, variables)
    assert.equal(status, 400)
    assert.match(json.errors[0].message, words)
    assert.equal('data' in json, false)
    assert.match(problems().join(), words)
}

test('fields, types and arguments that are not in the schema', async () => {
    await invalid('{ nothing }', /Cannot query field "nothing"/)
    await invalid('{ viewer { nothing } }', /Cannot query field "nothing" on type "User"/)
    await invalid('{ viewer }', /must have a selection/)
    await invalid('{ artifact { id } }', /argument "id" of type "ID!" is required/)
    await invalid('{ artifact(id: "x", more: 1) { id } }', /Unknown argument "more"/)
    await invalid('query Q($x: Strings) { viewer { id } }', /Unknown type "Strings"/)
    await invalid(
        'query Q($id: String) { artifact(id: $id) { id } }',
        /\$id.*used in position expecting type "ID!"/,
    )
    await invalid('query Q($id: ID!) { viewer { id } }', /never used/)
    await invalid('mutation { commitArtifact(input: {}) { artifact { id } } }', /artifactID.*required/)
    await invalid('{ viewer { id }', /Syntax Error/)
})

test('variables that do not fit', async () => {
    const query =
        'mutation M($input: CommitArtifactInput!) { commitArtifact(input: $input) { artifact { id } } }'
    await invalid(query, /artifactID.*was not provided/, { input: {} })
    await invalid(query, /more.*not defined/, { input: { artifactID: 'x', more: 1 } })
    const update =
        'mutation M($input: UpdateArtifactInput!) { updateArtifact(input: $input) { artifact { id } } }'
    await invalid(update, /Int64 cannot represent "60"/, {
        input: { artifactID: 'x', ttlDurationSeconds: '60' },
    })
    await invalid(update, /JSONString cannot represent/, { input: { artifactID: 'x', metadata: '{' } })
    await invalid(update, /JSONString cannot represent/, { input: { artifactID: 'x', metadata: { k: 1 } } })
})

test('their status is an open question', async () => {
    client.world.answers.set('validationStatus', 200)
    const { status } = await client.graphql('{ nothing }')
    client.world.answers.set('validationStatus', 400)
    assert.equal(status, 200)
    assert.equal(problems().length, 1)
})

test('requests that are no GraphQL', async () => {
    for (const [body, words] of [
        ['{', /not JSON/],
        ['{}', /no query/],
        ['null', /no query/],
    ]) {
        const { status } = await http('POST', `${client.base}/graphql`, { headers: client.headers, body })
        assert.equal(status, 400)
        assert.match(problems().join(), words)
    }
})

test('aliases, fragments, defaults and @include', async () => {
    const query = `query Q($more: Boolean = false) { who: viewer { ...user } }
        fragment user on User { __typename username entity @include(if: $more) }`
    assert.deepEqual(await client.query(query), { who: { __typename: 'User', username: 'alice' } })
    assert.equal(client.world.log.entries.at(-1).operation, 'viewer')
})

test('an empty operation name is none', async () => {
    const body = JSON.stringify({ query: 'query Q { viewer { username } }', operationName: '' })
    const { status } = await http('POST', `${client.base}/graphql`, { headers: client.headers, body })
    assert.equal(status, 200)
})

test('old clients ask for types', async () => {
    const query = '{ __type(name: "CreateArtifactInput") { inputFields { name } } }'
    const names = (await client.query(query)).__type.inputFields.map(({ name }) => name)
    assert.ok(names.includes('distributedID') && names.includes('clientID'))
})

test('features can be off', async () => {
    const query = '{ serverInfo { features { name isEnabled } } }'
    const of = async () =>
        Object.fromEntries(
            (await client.query(query)).serverInfo.features.map((one) => [one.name, one.isEnabled]),
        )
    assert.equal((await of()).ARTIFACT_TAGS, true)
    client.world.answers.set('featuresOff', 'ARTIFACT_TAGS,CLIENT_IDS')
    const features = await of()
    client.world.answers.set('featuresOff', '')
    assert.deepEqual(
        [features.ARTIFACT_TAGS, features.CLIENT_IDS, features.LARGE_FILENAMES],
        [false, false, true],
    )
})

test('large answers are compressed where that is accepted', async () => {
    const query = '{ __schema { types { name fields { name } } } }'
    const answer = await fetch(`${client.base}/graphql`, {
        method: 'POST',
        headers: client.headers,
        body: JSON.stringify({ query }),
    })
    assert.equal(answer.headers.get('content-encoding'), 'gzip')
    assert.ok((await answer.json()).data.__schema.types.length > 50)
})

test('an introspection finds a value for every field of what there is', async () => {
    // Whatever the schema promises of an artifact that is there can be asked for.
    const id = await client.log('all', { a: '1' })
    const { __schema } = await client.query(
        `{ __schema { types { name kind fields { name args { name type { kind } }
            type { name kind ofType { name kind ofType { name kind ofType { name kind } } } } } } } }`,
    )
    const types = new Map(__schema.types.map((type) => [type.name, type]))
    const base = (type) => (type.ofType ? base(type.ofType) : type)
    const select = (name, depth) =>
        types
            .get(name)
            .fields.filter(({ args }) => args.every(({ type }) => type.kind !== 'NON_NULL'))
            .map((field) => {
                const { name: of, kind } = base(field.type)
                if (kind === 'SCALAR' || kind === 'ENUM') return field.name
                return depth > 0 && kind === 'OBJECT'
                    ? `${field.name} { __typename ${select(of, depth - 1)} }`
                    : ''
            })
            .join(' ')
    const { json } = await client.graphql(
        `query Q($id: ID!) { artifact(id: $id) { ${select('Artifact', 3)} } }`,
        { id },
    )
    assert.equal(json.errors, undefined)
    const { json: all } = await client.graphql(
        `{ viewer { ${select('User', 3)} } serverInfo { ${select('ServerInfo', 1)} }
        project(name: "p", entityName: "research") { ${select('Project', 3)} run(name: "r") { ${select('Run', 2)} } } }`,
    )
    assert.equal(all.errors, undefined)
})

test('each document is listed once', async () => {
    await client.query('query Once { viewer { id } }')
    await client.query('query Once { viewer { id } }')
    const documents = await client.control('GET', 'documents')
    assert.equal(documents.filter((text) => text === 'query Once { viewer { id } }').length, 1)
    assert.deepEqual(problems(), [])
})
