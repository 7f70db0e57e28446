// References to what no element of the diagram is, such as the variable that collects the results of a step done by
// several. The modeller finds nothing to refer to and would leave them out of the next save.

/** What is drawn; a reference to nothing there is a fault of the drawing, and goes. */
const DRAWN = new Set(['incoming', 'outgoing', 'sourceRef', 'targetRef', 'flowNodeRef', 'bpmnElement', 'default', 'attachedToRef', 'processRef']);

/** Return something that is written as a reference to `id`. */
export function referenceTo(id) {
  return { id };
}

/**
 * Keep the references that an import could not resolve.
 *
 * @param {{ message: string, element?: any, property?: string, value?: string }[]} warnings of the import
 */
export function keepReferences(warnings) {
  for (const { message, element, property, value } of warnings) {
    const name = property?.replace(/^bpmn:/, '');
    if (/^unresolved reference/.test(message) && element && !DRAWN.has(name)) {
      const { isMany } = element.$descriptor.propertiesByName[property] ?? {};
      element.set(property, isMany ? [...(element.get(property) ?? []), referenceTo(value)] : referenceTo(value));
    }
  }
}
