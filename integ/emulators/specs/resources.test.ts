test.todo('resources');
