// Projects and types: what is found in them by name.

import { connection, inOrder, parseFilter } from './connection.js'

const find = (_, { name, entityName }, { world, user }) =>
    name == null ? null : world.projects.visible(user, entityName, name)

function collectionsOf(all, { filters, order, ...page }) {
    const { name } = parseFilter(filters, 'name')
    const fitting = [...all].filter((one) => name === undefined || one.name === name)
    return connection(inOrder(fitting, order ?? 'name', 'name', 'createdAt', 'updatedAt'), page)
}

export const projects = {
    Query: { project: find, model: find },
    Mutation: {
        upsertModel(_, { input }, { world, user }) {
            const { id, name, entityName, clientMutationId } = input
            const known = id ? world.need(user, 'Project', id) : null
            const [project, inserted] = known
                ? [known, false]
                : world.projects.ensure(user, entityName, name ?? '', 'upsertModel')
            return { model: project, project, inserted, clientMutationId }
        },
        createArtifactType(_, { input }, { world, user }) {
            const project = world.projects.need(
                user,
                input.entityName,
                input.projectName,
                'createArtifactType',
            )
            const artifactType = project.type(input.name, input.description)
            return { artifactType, clientMutationId: input.clientMutationId }
        },
    },
    Project: {
        internalId: (project) => project.id,
        entity: (project, _, { world }) => world.accounts.entities.get(project.entity),
        entityName: (project) => project.entity,
        readOnly: () => false,
        bucket: (project, { name }) => project.runs.get(name) ?? null,
        run: (project, { name }) => project.runs.get(name) ?? null,
        artifact: (project, { name }) => project.membership(name)?.artifact ?? null,
        artifactCollectionMembership: (project, { name }) => project.membership(name),
        artifactType(project, { name }) {
            // Of an artifact's address, as clients ask before they create: the type that it has.
            const [collection] = name.split(':')
            return project.types.get(name) ?? project.collections.get(collection)?.type ?? null
        },
        artifactTypes: (project, page) => connection([...project.types.values()], page),
        artifactCollection: (project, { name }) => project.collections.get(name) ?? null,
        artifactCollections: (project, page) => collectionsOf(project.collections.values(), page),
    },
    ArtifactType: {
        artifact(type, { name }) {
            const membership = type.project.membership(name)
            return membership?.collection.type === type ? membership.artifact : null
        },
        artifactCollection: (type, { name }) => inType(type, name),
        artifactSequence(type, { name }) {
            const collection = inType(type, name)
            return collection?.isSequence ? collection : null
        },
        artifactCollections: (type, page) =>
            collectionsOf(
                [...type.project.collections.values()].filter((one) => one.type === type),
                page,
            ),
    },
}

function inType(type, name) {
    const collection = type.project.collections.get(name)
    return collection?.type === type ? collection : null
}
