// The schema with its resolvers. A field that no resolver and no type below knows is a mistake that is
// found on start.

import { readFileSync } from 'node:fs'
import { GraphQLError, GraphQLScalarType, Kind, buildSchema } from './library.js'
import { accounts } from './resolvers/accounts.js'
import { artifacts } from './resolvers/artifacts.js'
import { changing } from './resolvers/changing.js'
import { collections } from './resolvers/collections.js'
import { files } from './resolvers/files.js'
import { linking } from './resolvers/linking.js'
import { projects } from './resolvers/projects.js'
import { runs } from './resolvers/runs.js'
import { writing } from './resolvers/writing.js'

const areas = [accounts, projects, runs, collections, artifacts, files, writing, changing, linking]

const isText = (value) => typeof value === 'string'
const isJsonText = (value) => {
    try {
        JSON.parse(value)
        return isText(value)
    } catch {
        return false
    }
}
const scalars = {
    Int64: Number.isSafeInteger,
    Duration: Number.isFinite,
    DateTime: (value) => isText(value) && !Number.isNaN(Date.parse(value)),
    JSONString: isJsonText,
}

// SDL cannot say what a scalar's values are.
function restrict(scalar, isValid) {
    const check = (value) => {
        if (!isValid(value))
            throw new GraphQLError(`${scalar.name} cannot represent ${JSON.stringify(value)}`)
        return value
    }
    scalar.serialize = check
    scalar.parseValue = check
    scalar.parseLiteral = (node) => check(node.kind === Kind.INT ? Number(node.value) : node.value)
}

export function makeSchema() {
    const schema = buildSchema(readFileSync(new URL('schema.graphql', import.meta.url), 'utf8'))
    for (const [name, isValid] of Object.entries(scalars)) {
        const type = schema.getType(name)
        if (!(type instanceof GraphQLScalarType)) throw new Error(`${name} is no scalar`)
        restrict(type, isValid)
    }
    for (const area of areas) {
        for (const [typeName, fields] of Object.entries(area)) {
            const type = schema.getType(typeName)
            for (const [name, resolve] of Object.entries(fields)) {
                if (name === '__resolveType') type.resolveType = resolve
                else type.getFields()[name].resolve = resolve
            }
        }
    }
    for (const root of [schema.getQueryType(), schema.getMutationType()]) {
        for (const field of Object.values(root.getFields())) {
            if (!field.resolve) throw new Error(`${root.name}.${field.name} has no resolver`)
        }
    }
    return schema
}
